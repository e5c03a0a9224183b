import { createHash, randomFillSync } from 'node:crypto';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const format = (bytes: Uint8Array, version: number): string => {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  let text = '';
  for (let index = 0; index < 16; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += '-';
    text += HEX[bytes[index] ?? 0] ?? '';
  }
  return text;
};

const pool = new Uint8Array(4096);
let used = pool.length;

/** A new UUIDv7: ordered by the clock to the millisecond, random within it. */
export function newId(now: number = Date.now()): string {
  if (used + 10 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = new Uint8Array(16);
  for (let index = 5, rest = now; index >= 0; index--, rest = Math.floor(rest / 256)) bytes[index] = rest % 256;
  bytes.set(pool.subarray(used, used + 10), 6);
  used += 10;
  return format(bytes, 7);
}

/** The UUIDv8 of 16 bytes of a hash. */
export function idOfHash(hash: Uint8Array): string {
  return format(Uint8Array.from(hash.subarray(0, 16)), 8);
}

/** The same parts always give the same id (UUIDv8 of SHA-256): a thing that may exist once is named by what makes it unique. */
export function deriveId(purpose: string, ...parts: readonly string[]): string {
  return idOfHash(
    createHash('sha256')
      .update(JSON.stringify([purpose, ...parts]))
      .digest(),
  );
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a UUID in lower case. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
