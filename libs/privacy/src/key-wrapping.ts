import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { TamperedValue, UnknownKek } from './errors.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEK_BYTES = 32;

/** Key-encryption keys of 32 bytes by id: subject keys are wrapped by the current one, and opened by the one that wrapped them. */
export interface KeyEncryptionKeys {
  readonly current: string;
  readonly keys: Readonly<Record<string, Uint8Array>>;
}

export interface WrappedKey {
  readonly wrapped: Buffer;
  readonly kekId: string;
}

const kekOf = (keks: KeyEncryptionKeys, id: string): Uint8Array => {
  const kek = keks.keys[id];
  if (kek === undefined) throw new UnknownKek(id);
  if (kek.length !== KEK_BYTES)
    throw new RangeError(`key-encryption key ${id} has ${String(kek.length)} bytes instead of 32`);
  return kek;
};

/** AES-256-GCM under the current key-encryption key, bound to the subject: iv, ciphertext, tag. */
export function wrapKey(keks: KeyEncryptionKeys, subject: string, key: Uint8Array): WrappedKey {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', kekOf(keks, keks.current), iv).setAAD(Buffer.from(subject));
  return { wrapped: Buffer.concat([iv, cipher.update(key), cipher.final(), cipher.getAuthTag()]), kekId: keks.current };
}

export function unwrapKey(keks: KeyEncryptionKeys, subject: string, { wrapped, kekId }: WrappedKey): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', kekOf(keks, kekId), wrapped.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(subject))
    .setAuthTag(wrapped.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(wrapped.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new TamperedValue(`the key of subject ${subject}`);
  }
}
