import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodedColumns, encodeRow, fitEncoding, MOST_LEVELS, type FeatureRow } from './feature-encoder.js';

const rows: readonly FeatureRow[] = [
  { spend: 10, region: 'south', plan: 'basic' },
  { spend: 20, region: 'north', plan: 'basic' },
  { spend: 30, region: 'east', plan: 'extra' },
  { spend: 40, region: 'south', plan: 'extra' },
];
const choice = { numbers: ['spend'], categories: { region: null, plan: 'extra' } };

describe('encoding features', () => {
  it('leaves numbers alone and makes a dummy of every level but the reference', () => {
    const encoding = fitEncoding(rows, choice);
    expect(encoding.features).toEqual([
      { kind: 'number', name: 'spend' },
      { kind: 'category', name: 'region', reference: 'south', levels: ['east', 'north'] },
      { kind: 'category', name: 'plan', reference: 'extra', levels: ['basic'] },
    ]);
    expect(encodedColumns(encoding)).toEqual([
      { column: 'spend', feature: 'spend' },
      { column: 'region=east', feature: 'region' },
      { column: 'region=north', feature: 'region' },
      { column: 'plan=basic', feature: 'plan' },
    ]);
    expect(rows.map((row) => encodeRow(encoding, row))).toEqual([
      [10, 0, 0, 1],
      [20, 0, 1, 1],
      [30, 1, 0, 0],
      [40, 0, 0, 0],
    ]);
  });

  it('survives being kept as JSON', () => {
    const encoding = fitEncoding(rows, choice);
    expect(JSON.parse(JSON.stringify(encoding))).toEqual(encoding);
  });

  it('does not depend on the order of the rows', () => {
    const level = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(fc.record({ level }), { minLength: 1 }), (some) => {
        const categories = { level: null };
        expect(fitEncoding(some.toReversed(), { categories })).toEqual(fitEncoding(some, { categories }));
      }),
      { seed: 1 },
    );
  });

  it('refuses a level that it has not seen', () => {
    const encoding = fitEncoding(rows, choice);
    const moved = { spend: 1, region: 'west', plan: 'basic' };
    expect(() => encodeRow(encoding, moved)).toThrow(expect.objectContaining({ code: 'unknown-level' }));
  });

  it.each([MOST_LEVELS + 1, 200_000])('refuses a category of %d levels, naming it', (levels) => {
    const named = Array.from({ length: levels }, (_, i) => ({ name: `n${i}` }));
    const categories = { name: null };
    expect(() => fitEncoding(named, { categories })).toThrow(
      expect.objectContaining({
        code: 'invalid-value',
        message: expect.stringContaining(`'name' has ${levels} levels`),
      }),
    );
    expect(encodedColumns(fitEncoding(named.slice(0, MOST_LEVELS), { categories }))).toHaveLength(MOST_LEVELS - 1);
  });

  it.each(['constructor', '__proto__', 'toString'])('takes %s for a name like any other', (name) => {
    const rowOf = (value: string | number): FeatureRow => Object.fromEntries([[name, value]]);
    const levels = ['constructor', '__proto__', '__proto__', 'x'].map(rowOf);
    const encoding = fitEncoding(levels, { categories: Object.fromEntries([[name, null]]) });
    expect(encodedColumns(encoding).map(({ column }) => column)).toEqual([`${name}=constructor`, `${name}=x`]);
    expect(levels.map((row) => encodeRow(encoding, row))).toEqual([[1, 0], [0, 0], [0, 0], [0, 1]]); // prettier-ignore
    expect(encodeRow(fitEncoding([rowOf(3)], { numbers: [name] }), rowOf(4))).toEqual([4]);
    expect(() => encodeRow(encoding, {})).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining('undefined') }),
    );
  });

  it('refuses no rows, a reference level without rows, and values of the wrong kind', () => {
    expect(() => fitEncoding([], choice)).toThrow(expect.objectContaining({ code: 'too-few-rows' }));
    expect(() => fitEncoding(rows, { categories: { plan: 'gold' } })).toThrow(
      expect.objectContaining({ code: 'unknown-level' }),
    );
    for (const spend of [NaN, Infinity, '7']) {
      expect(() => fitEncoding([{ spend }], { numbers: ['spend'] })).toThrow(
        expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining("'spend'") }),
      );
    }
    expect(() => fitEncoding(rows, { categories: { spend: null } })).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
    expect(() => encodeRow(fitEncoding(rows, choice), {})).toThrow(expect.objectContaining({ code: 'invalid-value' }));
  });
});
