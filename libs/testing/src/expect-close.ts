import { expect } from '@jest/globals';

const WITHIN = 1e-9;

/** Expects what is expected, with numbers equal to nine digits wherever they stand; further fields do no harm. */
export function expectClose(found: unknown, expected: unknown, path = ''): void {
  if (typeof expected === 'number') {
    const close = Math.abs(Number(found) - expected) <= WITHIN * Math.max(1, Math.abs(expected));
    expect({ path, found, close }).toEqual({ path, found, close: true });
  } else if (typeof expected !== 'object' || expected === null)
    expect({ path, found }).toEqual({ path, found: expected });
  else
    for (const [key, value] of Object.entries(expected))
      expectClose((found as Readonly<Record<string, unknown>>)[key], value, `${path}/${key}`);
}
