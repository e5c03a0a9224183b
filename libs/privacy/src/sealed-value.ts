import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import type { Json } from '@crm/event-sourcing';
import { TamperedValue } from './errors.js';

const VERSION = 'enc:1:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Where a value belongs: it opens nowhere else. No part may hold a colon. */
export interface SealedPlace {
  readonly subject: string;
  readonly streamId: string;
  readonly eventId: string;
  readonly field: string;
}

export interface SealedValue {
  readonly place: SealedPlace;
  readonly box: Buffer;
}

const ivs = Buffer.alloc(IV_BYTES * 256);
let used = ivs.length;

const nextIv = (): Buffer => {
  if (used === ivs.length) {
    randomFillSync(ivs);
    used = 0;
  }
  used += IV_BYTES;
  return Buffer.from(ivs.subarray(used - IV_BYTES, used));
};

const additional = ({ streamId, eventId, field }: SealedPlace): Buffer =>
  Buffer.from(`${streamId}|${eventId}|${field}`);

const inWords = ({ streamId, eventId, field }: SealedPlace): string =>
  `field ${field} in event ${eventId} of stream ${streamId}`;

export function isSealed(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(VERSION);
}

/** One string that says itself whose it is and where it belongs, so that a read model can store it as it is. */
export function sealWith(key: Uint8Array, place: SealedPlace, value: Json): string {
  const parts = [place.subject, place.streamId, place.eventId, place.field];
  if (parts.some((part) => part === '' || part.includes(':')))
    throw new RangeError(`no value can be sealed for ${inWords(place)}`);
  const iv = nextIv();
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(additional(place));
  const box = Buffer.concat([iv, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}${parts.join(':')}:${box.toString('base64url')}`;
}

export function parseSealed(sealed: string): SealedValue {
  const [, , subject = '', streamId = '', eventId = '', field = '', text = '', ...rest] = sealed.split(':');
  const place = { subject, streamId, eventId, field };
  const box = Buffer.from(text, 'base64url');
  const whole = box.length > IV_BYTES + TAG_BYTES && box.toString('base64url') === text;
  if (!isSealed(sealed) || rest.length > 0 || !whole) throw new TamperedValue(inWords(place));
  return { place, box };
}

export function openWith(key: Uint8Array, { place, box }: SealedValue): Json {
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(additional(place))
    .setAuthTag(box.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(box.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    return JSON.parse(text) as Json;
  } catch {
    throw new TamperedValue(inWords(place));
  }
}
