import type { Json } from '@crm/event-sourcing';

/** A library's result as it is stored: what JSON holds of it. */
export function recordOf(result: object): Readonly<Record<string, Json>> {
  return JSON.parse(JSON.stringify(result)) as Readonly<Record<string, Json>>;
}
