import { readAttributes, writeAttributes } from './attribute-values.js';
import { ATTRIBUTES, type CloudEvent } from './cloud-event.js';
import { InvalidCloudEvent } from './errors.js';

const isInteger = (name: string): boolean =>
  (ATTRIBUTES as Record<string, { kind: string } | undefined>)[name]?.kind === 'integer';

/** The event as one JSON object (structured mode), for HTTP feeds and webhooks. A position is a text: it has 64 bits. */
export function toStructured(event: CloudEvent): Record<string, unknown> {
  const written = writeAttributes(event).map(([name, text]) => [name, isInteger(name) ? Number(text) : text] as const);
  return { ...Object.fromEntries(written), datacontenttype: 'application/json', data: event.data };
}

/** The event of a JSON object in structured mode. */
export function fromStructured(value: unknown): CloudEvent {
  if (typeof value !== 'object' || value === null) throw new InvalidCloudEvent('event', 'is not an object');
  const members = value as Readonly<Record<string, unknown>>;
  if ((members.datacontenttype ?? 'application/json') !== 'application/json') {
    throw new InvalidCloudEvent('datacontenttype', 'is not application/json');
  }
  if (members.data === undefined) throw new InvalidCloudEvent('data', 'is missing');
  const attributes = readAttributes((name) => {
    const member = members[name];
    if (member === undefined || member === null) return undefined;
    if (typeof member !== 'string' && typeof member !== 'number') throw new InvalidCloudEvent(name, 'is not a text');
    return String(member);
  });
  return { ...attributes, data: members.data };
}
