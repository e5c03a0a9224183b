/** One field at fault in a refused command. Holds a pointer and a code, never the value. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** What a refusal says besides its code: HTTP status where it is not 409, fields at fault, further members of the problem. */
export interface RejectionDetails {
  readonly status?: number;
  readonly errors?: readonly FieldError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Seconds after which the same command may succeed. */
  readonly retryAfter?: number;
}

/** A command that is not accepted. `code` is stable kebab-case; `message` may be shown to a client and holds no personal value. */
export class Rejected extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: RejectionDetails = {},
  ) {
    super(message);
    this.name = 'Rejected';
  }
}

/** Somebody else changed the stream first. `transact` retries it, unless the caller named the version that it expects. */
export class ConcurrencyConflict extends Error {
  constructor(
    readonly streamId: string,
    readonly expectedVersion: number,
    readonly actualVersion: number,
  ) {
    super(`stream ${streamId} is at version ${String(actualVersion)}, expected ${String(expectedVersion)}`);
    this.name = 'ConcurrencyConflict';
  }
}

/** The same command id was used for another command. */
export class CommandIdReused extends Error {
  constructor(readonly commandId: string) {
    super(`command ${commandId} was already used for another command`);
    this.name = 'CommandIdReused';
  }
}

/** The key's person was erased: nothing can be recorded about them any more. */
export class KeyErased extends Rejected {
  constructor(readonly key: string) {
    super('party-erased', 'The party was erased; nothing can be recorded about it any more', { status: 410 });
    this.name = 'KeyErased';
  }
}

/** The append queue is full, or the database does not answer: nothing was stored under this command id yet, or it is not known. Retry with the same command id. */
export class StoreUnavailable extends Rejected {
  constructor(message: string) {
    super('store-unavailable', message, { status: 503, retryAfter: 1 });
    this.name = 'StoreUnavailable';
  }
}
