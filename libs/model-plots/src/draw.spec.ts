import { describe, expect, it } from '@jest/globals';
import type { Chart } from './chart.js';
import { draw } from './draw.js';

const CHART: Chart = {
  title: 'Title',
  x: { title: 'weeks' },
  y: { title: 'share', format: '.0%' },
  layers: [
    { mark: 'line', name: 'model', marks: [1, 2, 3].map((x) => ({ x, y: 1 / x })) },
    { mark: 'points', name: 'observed', marks: [1, 2, 3].map((x) => ({ x, y: 1 / (x + 1) })) },
  ],
};

describe('a drawing', () => {
  it('has title, axes with units, and a legend where there is more than one name', async () => {
    const svg = await draw(CHART);
    for (const text of ['Title', 'weeks', 'share', 'model', 'observed', '100%']) expect(svg).toContain(`>${text}<`);
    const [first] = CHART.layers ?? [];
    expect(await draw({ ...CHART, layers: first === undefined ? [] : [first] })).not.toContain('>model<');
  });

  it('is the same every time, with two decimals at most', async () => {
    const svg = await draw(CHART);
    expect(await draw(CHART)).toBe(svg);
    expect(svg).not.toMatch(/ d="[^"]*\.\d{3}/);
  });

  it('shows each bar and each cell', async () => {
    const names = ['a', 'b', 'c'];
    const bars: Chart = {
      title: 'Bars',
      x: { title: 'x', kind: 'band' },
      y: { title: 'y' },
      layers: [{ mark: 'bars', name: 'n', marks: names.map((x, y) => ({ x, y: y + 1 })) }],
    };
    expect((await draw(bars)).match(/fill="#0072b2"/g)).toHaveLength(3);
    const cells: Chart = {
      title: 'Cells',
      x: { title: 'x', kind: 'band' },
      y: { title: 'y', kind: 'band' },
      cells: names.map((x, value) => ({ x, y: 'row', value, label: `label ${x}` })),
    };
    const svg = await draw(cells);
    for (const name of names) expect(svg).toContain(`>label ${name}<`);
  });

  it('keeps text that looks like a number in a title', async () => {
    expect(await draw({ ...CHART, title: 'p < 0.0012' })).toContain('p &lt; 0.0012');
  });
});
