import { Rejected } from '@crm/event-sourcing';

/** What is kept of an error: enough to find its cause, and no value of the event that it was about. */
export interface Failure {
  readonly errorClass: string;
  readonly errorCode: string | null;
  readonly message: string;
  /** Class and first own stack frame: failures with the same cause have the same one. */
  readonly fingerprint: string;
}

const OWN_FRAME = /((?:apps|libs|@crm)\/[^\s():]+):(\d+)/;
const THIS_LIB = /(?:libs|@crm)\/messaging\/(?:src|dist)\/(?!.*\.spec\.)/;
const QUOTED = /"[^"]*"|'[^']*'|`[^`]*`/g;
// Messages of the engine about our code; every other message may repeat the input.
const ABOUT_CODE = new Set(['TypeError', 'ReferenceError', 'RangeError']);

// Where PostgreSQL met it; its message and detail repeat values.
interface DatabasePlace {
  readonly schema?: unknown;
  readonly table?: unknown;
  readonly column?: unknown;
  readonly constraint?: unknown;
}

/** Describes an error without the values that its text may hold. */
export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error))
    return { errorClass: typeof error, errorCode: null, message: '', fingerprint: typeof error };
  const errorClass = error.name === 'error' ? 'DatabaseError' : error.name;
  return {
    errorClass,
    errorCode: codeOf(error),
    message: safeMessage(error),
    fingerprint: `${errorClass} at ${ownFrame(error)}`,
  };
}

/** The failure of an event during which the process ended, again and again. */
export const processEnded: Failure = {
  errorClass: 'ProcessEnded',
  errorCode: null,
  message: 'the process ended while it handled this event, more than once',
  fingerprint: 'ProcessEnded',
};

function codeOf(error: Error): string | null {
  if (error instanceof Rejected) return error.code;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Za-z0-9_-]{1,60}$/.test(code) ? code : null;
}

function safeMessage(error: Error): string {
  if (error instanceof Rejected) return error.message;
  const { schema, table, column, constraint } = error as Error & DatabasePlace;
  const places = [schema, table, column, constraint].filter((name) => typeof name === 'string');
  if (places.length > 0) return `at ${places.join('.')}`;
  return ABOUT_CODE.has(error.name) ? error.message.replace(QUOTED, '…').slice(0, 300) : '';
}

function ownFrame(error: Error): string {
  for (const line of (error.stack ?? '').split('\n').slice(1)) {
    const [, file, row] = OWN_FRAME.exec(line) ?? [];
    if (file !== undefined && row !== undefined && !line.includes('node_modules/pg') && !THIS_LIB.test(line))
      return `${file}:${row}`;
  }
  return 'unknown';
}
