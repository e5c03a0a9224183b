import { readAttributes, writeAttributes } from './attribute-values.js';
import { ATTRIBUTES, type CloudEvent, type CloudEventAttributes } from './cloud-event.js';
import { InvalidCloudEvent } from './errors.js';

/** A header as a Kafka client hands it over. */
export type KafkaHeaderValue = string | Uint8Array | readonly (string | Uint8Array)[] | undefined;

/** Headers of a Kafka message by name. */
export interface KafkaHeaders {
  readonly [name: string]: KafkaHeaderValue;
}

const CONTENT_TYPE = 'application/json';
// Made once: a text that is put together anew for each message is the dearest part of its header.
const HEADERS = new Map(['specversion', ...Object.keys(ATTRIBUTES)].map((name) => [name, `ce_${name}`]));
const headerOf = (name: string): string => HEADERS.get(name) ?? `ce_${name}`;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Headers of a message in binary mode. The value of the message is the data as JSON, passed on untouched. */
export function toKafkaHeaders(attributes: CloudEventAttributes): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': CONTENT_TYPE };
  for (const [name, text] of writeAttributes(attributes)) headers[headerOf(name)] = text;
  return headers;
}

const decode = (name: string, bytes: string | Uint8Array): string => {
  try {
    return typeof bytes === 'string' ? bytes : utf8.decode(bytes);
  } catch {
    throw new InvalidCloudEvent(name, 'is not UTF-8');
  }
};

const headerText = (headers: KafkaHeaders, name: string): string | undefined => {
  const value = headers[name];
  if (value === undefined || typeof value === 'string' || value instanceof Uint8Array) {
    return value === undefined ? undefined : decode(name, value);
  }
  const [first, ...more] = value;
  if (more.length > 0) throw new InvalidCloudEvent(name, 'occurs more than once');
  return first === undefined ? undefined : decode(name, first);
};

/** The event of a message in binary mode. A message without a value is refused: on a compacted topic it deletes its key. */
export function fromKafkaMessage(headers: KafkaHeaders, value: string | Uint8Array | null): CloudEvent {
  if (headerText(headers, 'content-type')?.split(';')[0]?.trim() !== CONTENT_TYPE) {
    throw new InvalidCloudEvent('content-type', `is not ${CONTENT_TYPE}`);
  }
  const attributes = readAttributes((name) => headerText(headers, headerOf(name)));
  if (value === null || value.length === 0) throw new InvalidCloudEvent('data', 'is missing');
  const text = decode('data', value);
  try {
    return { ...attributes, data: JSON.parse(text) as unknown };
  } catch {
    throw new InvalidCloudEvent('data', 'is not JSON');
  }
}
