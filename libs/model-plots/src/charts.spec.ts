import { describe, expect, it } from '@jest/globals';
import { chartSpec } from './chart-spec.js';
import { extentOf } from './extent.js';
import { repeatsChart, valueChart } from './purchase-charts.js';

const MANY = 200_000;

describe('the extent of values', () => {
  it('is the least and the most', () => {
    expect(extentOf([3, -1, 2])).toEqual([-1, 3]);
    expect(extentOf(new Set([7]).values())).toEqual([7, 7]);
  });

  it('is known of more customers than a call has room for', () => {
    const customers = Array.from({ length: MANY }, (_, at) => ({ monthlySales: at, pAlive: 0.5 }));
    const chart = valueChart(customers, { unit: 'EUR', values: [100] });
    expect(chart.x.ends).toEqual([0, MANY - 1]);
    const { ends: _, ...x } = chart.x;
    expect(chartSpec({ ...chart, x }).scales?.[0]).toMatchObject({ domain: [0, MANY - 1] });
  });
});

describe('the chart of repeat occasions', () => {
  it('counts every customer, many repeats in the last bar', () => {
    const [layer] = repeatsChart([0, 0, 1, 6, 7, 40].map((x) => ({ x }))).layers ?? [];
    expect(layer?.marks.map(({ y }) => y)).toEqual([2, 1, 0, 0, 0, 0, 1, 2]);
    expect(layer?.marks.at(-1)?.x).toBe('7+');
  });
});
