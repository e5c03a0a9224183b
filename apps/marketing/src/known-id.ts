import { isId, Rejected } from '@crm/event-sourcing';

/** The id in a path; whatever is not a UUID names nothing. */
export function knownId(text: string): string {
  const id = text.toLowerCase();
  if (!isId(id)) throw new Rejected('not-found', 'There is nothing with this id', { status: 404 });
  return id;
}
