/** An error as it is logged: no text that may hold a value of a request or of a row. */
export interface LoggedError {
  readonly type: string;
  readonly message?: string;
  readonly code?: string;
  readonly table?: string;
  readonly constraint?: string;
  readonly stack: readonly string[];
  readonly cause?: LoggedError;
}

/**
 * PostgreSQL and the JSON parser quote what they were given, so of their errors only code and place are kept;
 * of a stack only the frames, since it begins with the message.
 */
export function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, stack: [] };
  const facts = error as Error & Readonly<Record<'code' | 'severity' | 'table' | 'constraint', unknown>>;
  const quotesInput = typeof facts.severity === 'string' || error instanceof SyntaxError;
  return {
    type: error.name,
    ...(quotesInput ? {} : { message: error.message }),
    ...text('code', facts.code),
    ...text('table', facts.table),
    ...text('constraint', facts.constraint),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .map((line) => line.trim()),
    ...(error.cause instanceof Error ? { cause: loggedError(error.cause) } : {}),
  };
}

function text<Name extends string>(name: Name, value: unknown): Partial<Record<Name, string>> {
  return typeof value === 'string' ? ({ [name]: value } as Partial<Record<Name, string>>) : {};
}
