/** The data given to a model cannot carry it; `code` is stable and kebab-case, the message names the value at fault. */
export class ModelDataError extends Error {
  override readonly name = 'ModelDataError';

  constructor(
    readonly code: ModelDataErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** A sum of finite numbers as it is. Throws `invalid-value` when it overflowed: Infinity, or NaN after both signs did. */
export function checkedSum(what: string, sum: number): number {
  if (Number.isFinite(sum)) return sum;
  throw new ModelDataError('invalid-value', `${what} is beyond the largest number`);
}

/** For a sum or fraction that ran out of steps: no number is better than a wrong one. */
export function unconverged(what: string): ModelDataError {
  return new ModelDataError('invalid-value', `${what} could not be computed to the digits promised`);
}

export type ModelDataErrorCode =
  | 'no-customers'
  | 'no-repeat-buyers'
  | 'no-values'
  | 'unknown-control'
  | 'nobody-lost'
  | 'too-few-periods'
  | 'too-few-groups'
  | 'too-few-rows'
  | 'one-class-only'
  | 'complete-separation'
  | 'quasi-separation'
  | 'collinear-columns'
  | 'unknown-level'
  | 'too-many-item-sets'
  | 'invalid-purchase'
  | 'invalid-date'
  | 'invalid-history'
  | 'invalid-parameters'
  | 'invalid-counts'
  | 'invalid-value';
