import { describe, expect, it } from '@jest/globals';
import { associationModel } from './association-model.js';
import { channelModel } from './channel-model.js';
import { inputsOf, type ModelArm, type ModelOrder, type ModelOrderLine } from './model-inputs.js';
import { productModel } from './product-model.js';
import { stratifiedLift } from './stratified-lift.js';

const AS_OF = '1997-09-30T23:59:59.999Z';
const line = (orderId: string, sku: string | null, amount = 100): ModelOrderLine => ({
  ...{ partyId: `customer of ${orderId}`, orderId, date: '1997-05-01', quantity: 1, sku, amount },
});

describe('association', () => {
  const orderLines = [
    ...['one', 'two', 'three'].flatMap((order) => [line(order, 'wine'), line(order, 'cheese')]),
    ...[
      line('four', 'cheese'),
      line('four', 'bread'),
      line('five', 'bread'),
      line('five', 'wine', -100),
      line('six', null),
    ],
  ];

  it('finds what is bought together; returns and orders without lines are no baskets', () => {
    const { rows, report, scores } = associationModel.score(
      inputsOf(AS_OF, { orderLines }),
      associationModel.parametersOf({ support: 0.2, confidence: 0.9 }),
    );
    expect(rows).toEqual([
      {
        ...{ left: 'wine', right: 'cheese', items: 2, count: 3, support: 0.6, confidence: 1 },
        ...{ lift: 1.25, leverage: expect.closeTo(0.12, 12) },
      },
    ]);
    expect(report).toMatchObject({ rules: 1, baskets: 5, items: 3 });
    expect(scores).toEqual([]);
  });

  it('refuses to find more rules than can be read, and says what to raise', () => {
    // Every two, three … of 14 products that are always bought together are a rule for each of them.
    const skus = Array.from({ length: 14 }, (_, index) => `sku ${String(index)}`);
    const together = inputsOf(AS_OF, { orderLines: skus.map((sku) => line('one', sku)) });
    const found = (mostItems: number): unknown =>
      associationModel.score(together, associationModel.parametersOf({ confidence: 0, mostItems }));
    expect(found(3)).toMatchObject({ fit: { rules: 91 * 2 + 364 * 3 } });
    expect(() => found(10)).toThrow(
      expect.objectContaining({ code: 'too-many-rules', message: expect.stringContaining('support or confidence') }),
    );
  });

  it('tells products apart whose names have commas', () => {
    const leftOf = (...skus: readonly string[]): unknown => {
      const bought = [...skus, 'wine'].map((sku) => line('one', sku));
      const { rows = [] } = associationModel.score(
        inputsOf(AS_OF, { orderLines: bought }),
        associationModel.parametersOf({}),
      );
      return rows.find(({ items, right }) => items === skus.length + 1 && right === 'wine')?.['left'];
    };
    expect(leftOf('bread', 'cheese')).toBe('bread, cheese');
    expect(leftOf('bread, cheese')).toBe('bread\\, cheese');
    expect(leftOf('back\\slash')).toBe('back\\\\slash');
  });

  it('takes all that a customer bought as one basket when asked to', () => {
    const ofOne = orderLines.map((one) => ({ ...one, partyId: 'one customer' }));
    const { report } = associationModel.score(
      inputsOf(AS_OF, { orderLines: ofOne }),
      associationModel.parametersOf({ basket: 'customer' }),
    );
    expect(report).toMatchObject({ baskets: 1 });
  });
});

describe('products', () => {
  it('are classed by the share of revenue before them, net of returns', () => {
    const orderLines = [
      line('one', 'wine', 8_000),
      line('two', 'cheese', 2_500),
      line('three', 'cheese', -1_000),
      line('four', 'bread', 500),
      line('five', null, 9_999),
    ];
    const { rows, report } = productModel.score(inputsOf(AS_OF, { orderLines }), productModel.parametersOf({}));
    expect(rows).toEqual([
      { sku: 'wine', revenue: 8_000, rank: 1, shareBefore: 0, class: 'A', quantity: 1, orders: 1, customers: 1 },
      { sku: 'cheese', revenue: 1_500, rank: 2, shareBefore: 0.8, class: 'B', quantity: 0, orders: 1, customers: 1 },
      { sku: 'bread', revenue: 500, rank: 3, shareBefore: 0.95, class: 'C', quantity: 1, orders: 1, customers: 1 },
    ]);
    expect(report).toMatchObject({
      ordersWithoutLines: 1,
      classes: [{ class: 'A', products: 1, revenue: 8_000 }, {}, {}],
    });
  });

  it('refuses edges that do not ascend', () => {
    expect(productModel.parametersOf({ a: 0.97 })).toEqual({ a: 0.97, b: 0.97 });
    expect(() => productModel.parametersOf({ a: 0.9, b: 0.5 })).toThrow('b is at least a');
  });
});

describe('channels', () => {
  const order = (partyId: string, channel: string | null, amount: number): ModelOrder => ({
    ...{ partyId, orderId: `${partyId} ${String(amount)}`, date: '1997-05-01', amount, channel },
  });
  const arm = (campaignId: string, name: string, members: number, conversions: number): ModelArm => ({
    ...{ channel: 'email', campaignId, arm: name, members, contacted: members, responses: conversions, conversions },
    ...{ revenue: conversions * 100, revenueSquared: conversions * 10_000, cost: members * 5 },
  });

  it('are as many as orders name, and every order is looked at a few times only', () => {
    let looks = 0;
    const orders = Array.from({ length: 500 }, (_, index) =>
      Object.defineProperty(order('ada', null, index), 'channel', {
        get: () => {
          looks += 1;
          return `told by friend ${String(index)}`;
        },
      }),
    );
    const { rows } = channelModel.score(inputsOf(AS_OF, { orders }), {});
    expect(rows).toHaveLength(500);
    expect(looks).toBeLessThanOrEqual(5 * orders.length);
  });

  it('show what came in and what campaigns achieved, each campaign against its own control group', () => {
    const orders = [order('ada', 'web', 700), order('ada', 'web', -200), order('bo', 'web', 100), order('bo', null, 5)];
    const arms = [
      ...[arm('spring', 'treatment', 80, 20), arm('spring', 'control', 20, 3)],
      // Without a control group it says nothing about lift.
      arm('summer', 'treatment', 50, 40),
    ];
    const { rows, report } = channelModel.score(inputsOf(AS_OF, { orders, arms }), {});
    expect(rows?.map(({ channel }) => channel)).toEqual(['email', 'unknown', 'web']);
    expect(rows?.[0]).toMatchObject({ campaigns: 2, members: 130, conversions: 60, controlMembers: 20, cost: 650 });
    expect(rows?.[0]?.['lift']).toBeCloseTo(20 / 80 - 3 / 20, 12);
    expect(report['campaigns']).toMatchObject([
      { channel: 'email', customers: 130, increment: { conversions: expect.any(Number) } },
    ]);
    expect(rows?.[1]).toMatchObject({ customers: 1, orders: 1 });
    expect(rows?.[2]).toMatchObject({ customers: 2, orders: 2, revenue: 600, campaigns: 0 });
    expect(rows?.[2]).not.toHaveProperty('lift');
  });
});

describe('lift over campaigns', () => {
  it('is not fooled by campaigns of different sizes and customers', () => {
    // In each campaign treatment does nothing, but the one with much treatment is on better customers.
    const strata = [
      { n: 900, hits: 450, controlN: 100, controlHits: 50 },
      { n: 100, hits: 10, controlN: 900, controlHits: 90 },
    ];
    expect(stratifiedLift(strata)).toMatchObject({ lift: 0, strata: 2 });
  });

  it('is the difference of the shares with one campaign, and has its Wald interval', () => {
    const found = stratifiedLift([{ n: 70, hits: 56, controlN: 80, controlHits: 48 }]);
    expect(found?.lift).toBeCloseTo(0.2, 12);
    const spread = 1.959963984540054 * Math.sqrt((0.8 * 0.2) / 70 + (0.6 * 0.4) / 80);
    expect(found?.interval[1]).toBeCloseTo(0.2 + spread, 12);
  });

  it('is none without members on both sides, and refuses counts that cannot be', () => {
    expect(stratifiedLift([{ n: 10, hits: 1, controlN: 0, controlHits: 0 }])).toBeNull();
    expect(() => stratifiedLift([{ n: 1, hits: 2, controlN: 1, controlHits: 0 }])).toThrow('2 of 1');
  });
});
