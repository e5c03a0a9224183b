import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Needles } from './needles.js';

describe('values that are looked for in bytes', () => {
  it('are found wherever they stand, also over the end of a chunk', async () => {
    const values = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é'), minLength: 2, maxLength: 5 }), {
      minLength: 1,
      maxLength: 6,
    });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(values, text, fc.integer({ min: 1, max: 7 }), async (looked, all, size) => {
        const bytes = Buffer.from(all);
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        const found = await new Needles(looked).foundIn(Readable.from(chunks, { objectMode: true }));
        const expected = looked.flatMap((value, index) => (all.includes(value) ? [index + 1] : []));
        expect([...found].sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });

  it('have two bytes or more', () => {
    expect(() => new Needles(['Ann', 'x'])).toThrow('value 2 is too short');
  });
});
