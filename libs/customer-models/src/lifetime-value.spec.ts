import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectedPurchases, fitBgNbd } from './bg-nbd.js';
import { expectedSpend, fitGammaGamma } from './gamma-gamma.js';
import { lifetimeValue, type LifetimeValueQuestion } from './lifetime-value.js';
import { fitPurchases, scorePurchases } from './purchase-models.js';
import { keyedRandom } from './random.js';
import { CDNOW_PARAMETERS, simulateHistory, spendSampler } from './simulate.js';

const known: LifetimeValueQuestion = {
  purchases: { model: 'bg-nbd', parameters: CDNOW_PARAMETERS.purchases },
  spend: { parameters: CDNOW_PARAMETERS.spend },
  months: 12,
  monthlyDiscount: 0.01,
};
const customer = { x: 2, tx: 30.43, T: 38.86, zbar: 22.35, margin: 0.3 };
const histories = Array.from({ length: 400 }, (_, i) =>
  simulateHistory(keyedRandom(9, `${i}`), { r: 0.6, alpha: 6, a: 0.9, b: 2.5 }, 39),
);
const spenders = histories.map(({ x }, i) => {
  const next = spendSampler(keyedRandom(10, `${i}`), CDNOW_PARAMETERS.spend);
  return { x, zbar: x === 0 ? null : Array.from({ length: x }, next).reduce((sum, value) => sum + value, 0) / x };
});
const fitted: LifetimeValueQuestion = { ...known, purchases: fitBgNbd(histories), spend: fitGammaGamma(spenders) };

describe('lifetime value', () => {
  it('is the expected margin month by month, discounted', () => {
    const purchases = [0, 1, 2, 3].map((month) =>
      expectedPurchases(CDNOW_PARAMETERS.purchases, (52 * month) / 12, customer),
    );
    const months = [1, 2, 3].map((month) => (purchases[month]! - purchases[month - 1]!) / 1.01 ** month);
    const spend = expectedSpend(CDNOW_PARAMETERS.spend, customer);
    const { value, ...rest } = lifetimeValue({ ...known, months: 3 }, customer);
    expect(value).toBeCloseTo(months.reduce((sum, month) => sum + month, 0) * spend * 0.3, 12);
    expect(rest).toEqual({ interval: null, expectedPurchases: purchases[3], expectedSpend: spend });
  });

  it('without discount is margin × spend × purchases of the whole time', () => {
    const {
      value,
      expectedPurchases: count,
      expectedSpend: spend,
    } = lifetimeValue({ ...known, monthlyDiscount: 0 }, customer);
    expect(value).toBeCloseTo(0.3 * count * spend, 12);
  });

  it('grows with the months, falls with the discount, follows margin and money unit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (months, monthlyDiscount) => {
          const question = { ...known, months, monthlyDiscount };
          const { value } = lifetimeValue(question, customer);
          expect(lifetimeValue({ ...question, months: months + 1 }, customer).value).toBeGreaterThan(value);
          expect(lifetimeValue({ ...question, monthlyDiscount: monthlyDiscount + 0.01 }, customer).value).toBeLessThan(
            value,
          );
          expect(lifetimeValue(question, { ...customer, margin: 0.6 }).value / value).toBeCloseTo(2, 9);
          const inCents = { ...question, spend: { parameters: { ...CDNOW_PARAMETERS.spend, gamma: 1_544 } } };
          expect(lifetimeValue(inCents, { ...customer, zbar: 2_235 }).value / value).toBeCloseTo(100, 7);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each([
    ['bg-nbd', 240, 0.01],
    ['bg-nbd', 1_200, 0],
    ['bg-nbd', 1_200, 0.2],
    ['mbg-nbd', 1_200, 0.01],
    ['pareto-nbd', 1_200, 0.01],
  ] as const)('by %s over %d months at %d is the sum of all months', (model, months, monthlyDiscount) => {
    const parameters =
      model === 'pareto-nbd' ? { r: 0.55, alpha: 10.6, s: 0.61, beta: 11.7 } : known.purchases.parameters;
    const purchases = { model, parameters } as LifetimeValueQuestion['purchases'];
    let [sum, before] = [0, 0];
    for (let month = 1; month <= months; month += 1) {
      const until = scorePurchases(purchases, (52 * month) / 12, customer).expectedPurchases;
      sum += (until - before) / (1 + monthlyDiscount) ** month;
      before = until;
    }
    const found = lifetimeValue({ ...known, purchases, months, monthlyDiscount }, customer);
    expect(found.value / (sum * found.expectedSpend * 0.3)).toBeCloseTo(1, 10);
    expect(found.expectedPurchases / before).toBeCloseTo(1, 10);
  });

  it('is the same whoever was asked about before', () => {
    const others = [
      customer,
      { ...customer, tx: 12 },
      { ...customer, T: 50 },
      { ...customer, x: 0, tx: 0, zbar: null },
    ];
    for (const one of others) {
      for (const other of others) lifetimeValue(fitted, other);
      expect(lifetimeValue(fitted, one)).toEqual(lifetimeValue({ ...fitted }, one));
    }
  });

  it('is refused where no number holds it', () => {
    expect(() => lifetimeValue({ ...known, months: 1_200, monthlyDiscount: -0.99 }, customer)).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining('lifetime value') }),
    );
    expect(() => lifetimeValue(known, { ...customer, margin: 1e308 })).toThrow(
      expect.objectContaining({ code: 'invalid-value' }),
    );
  });

  it('has an interval around it, wider at a higher level, that a loss turns round', () => {
    const { value, interval } = lifetimeValue(fitted, customer);
    expect(interval![0]).toBeLessThan(value);
    expect(interval![1]).toBeGreaterThan(value);
    expect(interval![0] * interval![1]).toBeCloseTo(value * value, 6);
    expect(lifetimeValue({ ...fitted, level: 0.99 }, customer).interval![0]).toBeLessThan(interval![0]);
    const loss = lifetimeValue(fitted, { ...customer, margin: -0.3 });
    expect(loss.interval).toEqual([-interval![1], -interval![0]].map((bound) => expect.closeTo(bound, 9)));
  });

  it('does not depend on the order in which stored parameters come back', () => {
    const fit = fitBgNbd(histories);
    const { r, alpha, a, b } = fit.parameters;
    const purchases = { ...fit, parameters: { a, b, r, alpha } };
    expect(lifetimeValue({ ...fitted, purchases }, customer)).toEqual(lifetimeValue(fitted, customer));
  });

  it('can rest on any of the purchase models', () => {
    for (const model of ['mbg-nbd', 'pareto-nbd'] as const) {
      const { value, interval } = lifetimeValue(
        { ...fitted, purchases: fitPurchases(model, histories.slice(0, 100)) },
        customer,
      );
      expect(value).toBeGreaterThan(interval![0]);
    }
  });

  it('is nothing, for certain, without margin', () => {
    expect(lifetimeValue(fitted, { ...customer, margin: 0 })).toMatchObject({ value: 0, interval: [0, 0] });
  });

  it.each([
    [{ months: 0 }, {}, 'months'],
    [{ months: 1.5 }, {}, 'months'],
    [{ monthlyDiscount: -1 }, {}, 'monthlyDiscount'],
    [{ monthlyDiscount: NaN }, {}, 'monthlyDiscount'],
    [{ level: 1 }, {}, 'level'],
    [{}, { margin: Infinity }, 'margin'],
  ])('refuses %j for %j and names %s', (question, part, field) => {
    expect(() => lifetimeValue({ ...known, ...question }, { ...customer, ...part })).toThrow(
      expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining(field) }),
    );
  });
});
