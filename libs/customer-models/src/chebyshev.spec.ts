import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { valuesAlong } from './chebyshev.js';

const MONTHS = Array.from({ length: 1_200 }, (_, i) => ((i + 1) * 52) / 12);

function counted(f: (point: number) => number): {
  readonly f: (point: number) => number;
  readonly calls: () => number;
} {
  let calls = 0;
  return {
    f: (point) => {
      calls += 1;
      return f(point);
    },
    calls: () => calls,
  };
}

describe('values along many points', () => {
  it('are those of the function, for a fraction of its calls', () => {
    const power = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(power, fc.double({ min: 1, max: 1e4, noNaN: true }), (exponent, origin) => {
        const { f, calls } = counted((point) => (1 + point / origin) ** exponent);
        const values = valuesAlong(f, MONTHS, origin);
        const used = calls();
        const scale = Math.max(f(MONTHS[0]!), f(MONTHS.at(-1)!));
        for (const [i, point] of MONTHS.entries()) {
          expect(Math.abs(values[i]! - (1 + point / origin) ** exponent)).toBeLessThan(1e-11 * scale);
        }
        expect(used).toBeLessThanOrEqual(65);
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('are computed one by one where there are few, or where the function is not smooth', () => {
    const few = counted(Math.sqrt);
    expect(valuesAlong(few.f, MONTHS.slice(0, 12), 40)).toEqual(MONTHS.slice(0, 12).map(Math.sqrt));
    expect(few.calls()).toBe(12);
    const kinked = (point: number): number => Math.abs(point - 700);
    expect(valuesAlong(kinked, MONTHS, 40)).toEqual(MONTHS.map(kinked));
  });

  it('are none of none', () => {
    expect(valuesAlong(Math.sqrt, [], 40)).toEqual([]);
  });
});
