import { ConcurrencyConflict, StoreUnavailable, isTransientError } from '@crm/event-sourcing';

/** Thrown by a handler whose event needs something that has not been seen yet: the event waits until a consumer's event releases the key. */
export class NeedsMore extends Error {
  constructor(readonly key: string) {
    super('the event needs something that has not been seen yet');
    this.name = 'NeedsMore';
  }
}

/** The cursor is not where this process believed it to be: another instance is at work. Nothing was done. */
export class CursorMoved extends Error {
  constructor(consumer: string) {
    super(`another instance of ${consumer} moved its cursor`);
    this.name = 'CursorMoved';
  }
}

/** The source is not the one that the cursor counts: it was restored from a backup. The consumer must not go on by itself. */
export class IncarnationChanged extends Error {
  constructor(
    readonly consumer: string,
    readonly source: string,
    readonly known: string,
    readonly found: string,
  ) {
    super(
      `${source} has another incarnation than the one ${consumer} followed: reconcile or rebuild before it goes on`,
    );
    this.name = 'IncarnationChanged';
  }
}

/** Positions that the feed should hold and does not. */
export class GapRemains extends Error {
  constructor(
    readonly source: string,
    readonly lane: number,
    readonly position: bigint,
  ) {
    super(`${source} gives no event at lane ${String(lane)}, position ${String(position)}`);
    this.name = 'GapRemains';
  }
}

// Beyond what can be retried at once: a schema that does not fit the code yet, no login, no disk. None of it is the event's fault.
const SQL_STATES = /^(25006|25P0[234]|28|3D|3F|42|57014|58)/;
const CODES = /^(ECONNABORTED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EMFILE|ENOSPC|UND_ERR_.*)$/;
const TEXTS = /timeout|pool after calling end/i;
const STATUSES = new Set([408, 425, 429]);
const NAMES = new Set(['AbortError', 'TimeoutError']);

interface Clues {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly transient?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly details?: { readonly status?: unknown };
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** Whether an error lies in the surroundings and not in the event: then the event is tried again, without end. */
export function isInfrastructure(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const clues: Clues = error;
  if (typeof clues.transient === 'boolean') return clues.transient;
  if (isKnownTransient(error) || hasTransientCode(clues) || hasTransientName(clues) || hasFailingStatus(clues))
    return true;
  const causes = Array.isArray(clues.errors) ? (clues.errors as unknown[]) : [clues.cause];
  return causes.some(isInfrastructure);
}

function isKnownTransient(error: object): boolean {
  const known = [StoreUnavailable, ConcurrencyConflict, CursorMoved].some((kind) => error instanceof kind);
  return known || isTransientError(error);
}

function hasTransientCode({ code }: Clues): boolean {
  return typeof code === 'string' && (SQL_STATES.test(code) || CODES.test(code));
}

function hasTransientName({ name, message, code }: Clues): boolean {
  if (NAMES.has(String(name))) return true;
  return code === undefined && name === 'Error' && TEXTS.test(String(message));
}

function hasFailingStatus({ status, statusCode, details }: Clues): boolean {
  const answered = status ?? statusCode ?? details?.status;
  return typeof answered === 'number' && (answered >= 500 || STATUSES.has(answered));
}
