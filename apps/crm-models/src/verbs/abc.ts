import { abcClasses } from '@crm/customer-models';
import { number, text } from '../columns.js';
import { UsageFault } from '../faults.js';
import { numberOption, withDefault } from '../options.js';
import { mapped, rowsOf } from '../report.js';
import { verb } from '../verb.js';

const HEAD = ['item', 'revenue', 'rank', 'shareBefore', 'class'] as const;

export const abcVerb = verb({
  name: 'abc',
  about: 'puts items into classes A, B and C by the share of revenue that the items before them bring',
  columns: {
    item: text('item; the revenues of its records are added up'),
    revenue: number('net revenue in any one unit; negative for a return'),
  },
  options: {
    a: withDefault(numberOption('share', 'A while the items before bring less than this', { above: 0, max: 1 }), 0.8),
    b: withDefault(numberOption('share', 'B while they bring less than this', { above: 0, max: 1 }), 0.95),
  },
  keys: {
    classes: 'each class with its number of items and revenue',
    items: 'the list of items, the most revenue first, each with:',
    item: 'item',
    revenue: 'net revenue',
    rank: '1 for the most revenue',
    shareBefore: 'share of revenue that the items before it bring',
    class: 'A, B or C',
  },
  example: 'crm-models abc --input lines.csv --map item=sku --map revenue=amount',
  run: ({ rows }, { a, b }) => {
    if (a > b) throw new UsageFault(`--a ${String(a)} is more than --b ${String(b)}`);
    const revenues = new Map<string, number>();
    for (const { item, revenue } of rows) revenues.set(item, (revenues.get(item) ?? 0) + revenue);
    const items = abcClasses(
      mapped(revenues, ([item, revenue]) => ({ item, revenue })),
      { a, b },
    );
    const classes = (['A', 'B', 'C'] as const).map((name) => {
      const members = items.filter((item) => item.class === name);
      return { class: name, items: members.length, revenue: members.reduce((sum, { revenue }) => sum + revenue, 0) };
    });
    return { facts: { a, b, classes }, rows: { key: 'items', ...rowsOf(HEAD, items) } };
  },
});
