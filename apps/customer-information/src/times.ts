import { Rejected } from '@crm/event-sourcing';
import { isTimestamp } from '@crm/platform';

/** The bounds of a read: valid time and recording time, each in UTC. */
export interface TimeBounds {
  readonly asOf?: string;
  readonly knownAt?: string;
}

/** Reads `asOf` and `knownAt` of a query. */
export function timeBoundsOf(query: { readonly asOf?: unknown; readonly knownAt?: unknown }): TimeBounds {
  return { ...timeOf('asOf', query.asOf), ...timeOf('knownAt', query.knownAt) };
}

function timeOf<Name extends 'asOf' | 'knownAt'>(name: Name, value: unknown): TimeBounds {
  if (value === undefined) return {};
  if (typeof value === 'string' && isTimestamp(value)) return { [name]: new Date(value).toISOString() };
  const errors = [{ pointer: `/${name}`, code: 'wrong-format', detail: 'A time with offset' }];
  throw new Rejected('validation-failed', 'The query is not valid', { status: 400, errors });
}
