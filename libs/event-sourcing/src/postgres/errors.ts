const TRANSIENT_STATES = /^(08|40001|40P01|53|55P03|57)/;
const TRANSIENT_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
const TRANSIENT_TEXTS =
  /connection terminated|connection ended|timeout exceeded when trying to connect|client was closed|not queryable|query read timeout/i;

/** Whether an error says that PostgreSQL could not be reached or asked to try again: never the fault of what was asked. */
export function isTransientError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && (TRANSIENT_STATES.test(code) || TRANSIENT_CODES.has(code))) return true;
  return TRANSIENT_TEXTS.test(error.message);
}

/** Whether a row was refused because its key is taken. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === '23505';
}
