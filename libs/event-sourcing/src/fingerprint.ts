import { createHash } from 'node:crypto';

/** Hash of any content, independent of the order of its keys. */
export function fingerprintOf(content: unknown): string {
  const canonical = JSON.stringify(content, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(canonical).digest('base64url');
}
