/** A contract that may not be defined like this. `pointer` names the field at fault. */
export class ContractDefinitionError extends Error {
  constructor(
    readonly type: string,
    readonly pointer: string,
    reason: string,
  ) {
    super(`${type}${pointer === '' ? '' : ` ${pointer}`}: ${reason}`);
    this.name = 'ContractDefinitionError';
  }
}

/** No contract has this type. */
export class UnknownContract extends Error {
  constructor(readonly type: string) {
    super(`no contract has the type ${type}`);
    this.name = 'UnknownContract';
  }
}

/** Data that does not keep its contract. Holds the pointer and the rule that is broken, never the value. */
export class ContractViolation extends Error {
  constructor(
    readonly type: string,
    readonly pointer: string,
    readonly rule: string,
    detail: string,
  ) {
    super(`${type} ${pointer === '' ? '/' : pointer}: ${detail}`);
    this.name = 'ContractViolation';
  }
}

/** A message that is not a CloudEvent of ours: attribute and what is wrong with it, never its value. */
export class InvalidCloudEvent extends Error {
  constructor(
    readonly attribute: string,
    reason: string,
  ) {
    super(`${attribute}: ${reason}`);
    this.name = 'InvalidCloudEvent';
  }
}
