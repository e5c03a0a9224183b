import { Rejected } from '@crm/event-sourcing';
import { isTimestamp } from '@crm/platform';

/** Valid time and knowledge time of a read, as its query parameters give them, in UTC. */
export interface Moments {
  readonly asOf?: string;
  readonly knownAt?: string;
}

export const MOMENT_PARAMETERS = {
  asOf: 'valid time: what had happened by then (ISO 8601 with offset); default now',
  knownAt: 'knowledge time: what was recorded by then; default now',
} as const;

export const MOMENT_NAMES = Object.keys(MOMENT_PARAMETERS) as readonly (keyof Moments)[];

/** Reads `asOf` and `knownAt`; 400 with a pointer when one is no time. */
export function momentsOf(query: Readonly<Record<string, unknown>>): Moments {
  const given = MOMENT_NAMES.filter((name) => query[name] !== undefined && query[name] !== '');
  return Object.fromEntries(given.map((name) => [name, momentOf(name, query[name])]));
}

function momentOf(name: string, text: unknown): string {
  if (typeof text === 'string' && isTimestamp(text)) return new Date(text).toISOString();
  throw new Rejected('validation-failed', `${name} is a time with offset`, {
    status: 400,
    errors: [{ pointer: `/${name}`, code: 'wrong-format', detail: 'A time with offset, e.g. 2026-01-31T09:00:00Z' }],
  });
}
