import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodedColumns, encodeRow, fitEncoding } from './feature-encoder.js';
import { fitLogistic } from './logistic-fit.js';
import type { LabelledRow, LabelledTable } from './logistic-table.js';
import { contributionsByFeature, logisticContributions, scoreLogistic } from './logistic.js';
import { keyedRandom } from './random.js';
import { drawNormal } from './samplers.js';

// Launch temperature in °F, and whether an O-ring suffered (Dalal, Fowlkes & Hoadley 1989).
const LAUNCHES: readonly (readonly [number, number])[] = [
  [66, 0], [70, 1], [69, 0], [68, 0], [67, 0], [72, 0], [73, 0], [70, 0], [57, 1], [63, 1], [70, 1], [78, 0],
  [67, 0], [53, 1], [67, 0], [75, 0], [70, 0], [81, 0], [76, 0], [79, 0], [75, 1], [76, 0], [58, 1],
]; // prettier-ignore
const launches: LabelledTable = {
  columns: ['temperature'],
  rows: LAUNCHES.map(([temperature, suffered]) => ({ values: [temperature], outcome: suffered === 1 })),
};

function times(count: number, row: LabelledRow): readonly LabelledRow[] {
  return Array.from({ length: count }, () => row);
}

function aTable(rows: readonly (readonly [outcome: boolean, ...values: number[]])[]): LabelledTable {
  const columns = ['a', 'b', 'c'].slice(0, (rows[0]?.length ?? 1) - 1);
  return { columns, rows: rows.map(([outcome, ...values]) => ({ values, outcome })) };
}

/** Log odds 0.5 + a − b/2 on normal values. */
function drawn(count: number, seed: number): LabelledTable {
  const random = keyedRandom(seed, 'logistic');
  return aTable(
    Array.from({ length: count }, () => {
      const [a, b] = [drawNormal(random), drawNormal(random)];
      return [random.uniform() < 1 / (1 + Math.exp(-(0.5 + a - b / 2))), a, b] as const;
    }),
  );
}

describe('logistic regression', () => {
  it('gives the published fit of the O-ring data', () => {
    const fit = fitLogistic(launches);
    const [temperature] = fit.parameters.columns;
    expect(fit).toMatchObject({ rows: 23, positives: 7, converged: true });
    expect(fit.iterations).toBeLessThan(10);
    expect(fit.parameters.intercept).toBeCloseTo(15.0429, 4);
    expect(fit.interceptStandardError).toBeCloseTo(7.3786, 3);
    expect(temperature?.coefficient).toBeCloseTo(-0.2322, 4);
    expect(temperature?.standardError).toBeCloseTo(0.1082, 4);
    expect(-2 * fit.logLikelihood).toBeCloseTo(20.315, 3);
    expect(-2 * fit.nullLogLikelihood).toBeCloseTo(28.267, 3);
  });

  it('is the log odds ratio of a two by two table, with the error in closed form', () => {
    const rows = [
      ...times(30, { values: [1], outcome: true }),
      ...times(70, { values: [1], outcome: false }),
      ...times(20, { values: [0], outcome: true }),
      ...times(180, { values: [0], outcome: false }),
    ];
    const fit = fitLogistic({ columns: ['contacted'], rows });
    expect(fit.parameters.columns[0]?.coefficient).toBeCloseTo(Math.log((30 * 180) / (70 * 20)), 9);
    expect(fit.parameters.columns[0]?.standardError).toBeCloseTo(Math.sqrt(1 / 30 + 1 / 70 + 1 / 20 + 1 / 180), 9);
    expect(fit.parameters.intercept).toBeCloseTo(Math.log(20 / 180), 9);
    expect(fit.interceptStandardError).toBeCloseTo(Math.sqrt(1 / 20 + 1 / 180), 9);
  });

  it('meets the sums of the data: outcomes, and outcomes by column', () => {
    const table = drawn(400, 1);
    const { parameters, positives } = fitLogistic(table);
    const predicted = table.rows.map(({ values }) => scoreLogistic(parameters, values).probability);
    expect(predicted.reduce((sum, p) => sum + p, 0)).toBeCloseTo(positives, 8);
    for (const j of [0, 1]) {
      const expected = table.rows.reduce((sum, { values, outcome }) => sum + (outcome ? values[j]! : 0), 0);
      expect(table.rows.reduce((sum, { values }, i) => sum + predicted[i]! * values[j]!, 0)).toBeCloseTo(expected, 8);
    }
  });

  it('does not depend on the order of the rows', () => {
    const table = drawn(200, 2);
    expect(fitLogistic({ ...table, rows: table.rows.toReversed() })).toEqual(fitLogistic(table));
  });

  it('changes coefficients and nothing else with the unit of a column', () => {
    const table = drawn(200, 3);
    const fit = fitLogistic(table);
    fc.assert(
      fc.property(fc.integer({ min: -9, max: 9 }), fc.double({ min: -1e3, max: 1e3, noNaN: true }), (power, shift) => {
        const unit = 10 ** power;
        const rows = table.rows.map(({ values: [a = 0, b = 0], outcome }) => ({
          values: [(a + shift) * unit, b],
          outcome,
        }));
        const other = fitLogistic({ ...table, rows });
        expect(other.logLikelihood).toBeCloseTo(fit.logLikelihood, 6);
        const [first, second] = other.parameters.columns;
        expect((first!.coefficient * unit) / fit.parameters.columns[0]!.coefficient).toBeCloseTo(1, 5);
        expect((first!.standardError * unit) / fit.parameters.columns[0]!.standardError).toBeCloseTo(1, 5);
        expect(second!.coefficient).toBeCloseTo(fit.parameters.columns[1]!.coefficient, 5);
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  it('warns when there is little to learn from', () => {
    expect(fitLogistic(launches).warnings.map(({ code }) => code)).toEqual(['few-outcomes-per-column']);
    expect(fitLogistic(drawn(400, 1)).warnings).toEqual([]);
  });
});

describe('data that no logistic regression fits', () => {
  const overlapping: readonly (readonly [boolean, number])[] = [
    [true, 1],
    [false, 2],
    [true, 3],
    [false, 4],
    [true, 5],
  ];

  it.each([
    ['one class', aTable([[true, 1], [true, 2], [true, 4]]), 'one-class-only', ''],
    ['nothing', { columns: [], rows: [] }, 'too-few-rows', ''],
    ['fewer rows than columns', aTable([[true, 1, 2], [false, 2, 1], [true, 3, 3]]), 'too-few-rows', ''],
    ['a threshold that is never crossed', aTable([[false, 1], [false, 2], [true, 3], [true, 9]]), 'complete-separation', "'a'"],
    ['a threshold that is only touched', aTable([[false, 1], [false, 2], [true, 2], [true, 9]]), 'quasi-separation', "'a'"],
    ['a level with one outcome only', aTable(overlapping.flatMap(([y, a]) => [[y, a, 0], [!y, a + 0.5, 0], [true, a, 1]] as const)), 'quasi-separation', "'b'"],
    ['a column that does not vary', aTable(overlapping.map(([y, a]) => [y, a, 7] as const)), 'collinear-columns', "'b'"],
    ['a column twice', aTable(overlapping.map(([y, a]) => [y, a, 32 + a * 1.8] as const)), 'collinear-columns', "'b'"],
    ['all dummies of a category', aTable(overlapping.map(([y, a]) => [y, Number(a < 3), Number(a >= 3)] as const)), 'collinear-columns', "'b'"],
    ['a value that is none', aTable([[true, 1], [false, NaN], [true, 3]]), 'invalid-value', "'a'"],
    ['a row that is too short', { columns: ['a', 'b'], rows: [{ values: [1], outcome: true }] }, 'invalid-value', '1 values'],
  ])('%s', (_, table, code, message) => {
    expect(() => fitLogistic(table)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  }); // prettier-ignore

  it('are never mistaken for a fit, nor a fit for them', () => {
    const someRows = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 2 })), {
      minLength: 5,
      maxLength: 30,
    });
    fc.assert(
      fc.property(someRows, (rows) => {
        let fit;
        try {
          fit = fitLogistic(aTable(rows));
        } catch (error) {
          expect(error).toMatchObject({ name: 'ModelDataError' });
          return;
        }
        expect(fit.converged).toBe(true);
        expect(fit.parameters.columns.every(({ standardError }) => standardError > 0 && standardError < 100)).toBe(
          true,
        );
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  it('include separation along a slope that no single column shows', () => {
    const rows = Array.from({ length: 40 }, (_, i) => {
      const [a, b] = [i % 7, (i * 5) % 11];
      return [a > b, a, b] as const;
    });
    expect(() => fitLogistic(aTable(rows))).toThrow(expect.objectContaining({ code: 'complete-separation' }));
  });
});

describe('reasons for a score', () => {
  const people = Array.from({ length: 90 }, (_, i) => ({
    spend: i % 10,
    region: ['north', 'south', 'east'][i % 3]!,
    outcome: (i * 7) % 5 < 2 || (i % 3 === 1 && i % 2 === 0),
  }));
  const rows = people.map(({ spend, region }) => ({ spend, region }));
  const encoding = fitEncoding(rows, { numbers: ['spend'], categories: { region: 'north' } });
  const columns = encodedColumns(encoding);
  const { parameters } = fitLogistic({
    columns: columns.map(({ column }) => column),
    rows: people.map((person, i) => ({ values: encodeRow(encoding, rows[i]!), outcome: person.outcome })),
  });
  const values = encodeRow(encoding, rows[4]!);

  it('add up to the distance from the mean customer, the strongest first', () => {
    const contributions = logisticContributions(parameters, values);
    const means = parameters.columns.map(({ mean }) => mean);
    const distance = scoreLogistic(parameters, values).logOdds - scoreLogistic(parameters, means).logOdds;
    expect(contributions.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(distance, 12);
    const sizes = contributions.map(({ contribution }) => Math.abs(contribution));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    const spend = contributions.find(({ column }) => column === 'spend');
    expect(spend).toEqual({
      column: 'spend',
      value: 4,
      mean: 4.5,
      contribution: -0.5 * parameters.columns[0]!.coefficient,
    });
  });

  it('count the dummies of a category as one', () => {
    const contributions = logisticContributions(parameters, values);
    const byFeature = contributionsByFeature(contributions, columns);
    expect(byFeature.map(({ feature }) => feature).toSorted()).toEqual(['region', 'spend']);
    const total = (entries: readonly { readonly contribution: number }[]): number =>
      entries.reduce((sum, { contribution }) => sum + contribution, 0);
    expect(total(byFeature)).toBeCloseTo(total(contributions), 12);
  });

  it('are refused for values that do not fit the model', () => {
    for (const wrong of [[1], [1, 0, NaN]]) {
      expect(() => scoreLogistic(parameters, wrong)).toThrow(expect.objectContaining({ code: 'invalid-value' }));
      expect(() => logisticContributions(parameters, wrong)).toThrow(
        expect.objectContaining({ code: 'invalid-value' }),
      );
    }
  });

  it('never leave 0…1 for extreme customers', () => {
    const model = { intercept: 0, columns: [{ column: 'a', coefficient: 1, standardError: 1, mean: 0 }] };
    expect(scoreLogistic(model, [1e4]).probability).toBe(1);
    expect(scoreLogistic(model, [-1e4]).probability).toBe(0);
  });
});
