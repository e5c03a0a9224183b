import { associationRules } from '@crm/customer-models';
import { text } from '../columns.js';
import { numberOption, withDefault } from '../options.js';
import { rowsOf } from '../report.js';
import { verb } from '../verb.js';

const HEAD = ['left', 'right', 'count', 'support', 'confidence', 'lift', 'leverage', 'conviction'] as const;

export const associationVerb = verb({
  name: 'association',
  about: 'finds what is bought together: rules with one item on the right, the highest lift first',
  columns: { basket: text('basket, order or customer'), item: text('what was in it; twice counts once') },
  options: {
    support: withDefault(
      numberOption('share', 'least share of baskets with all items of a rule', { above: 0, max: 1 }),
      0.01,
    ),
    confidence: withDefault(
      numberOption('share', 'least share of them among baskets with the left side', { min: 0, max: 1 }),
      0.5,
    ),
    maxSize: withDefault(numberOption('n', 'most items of a rule', { min: 2, whole: true }), 10),
  },
  keys: {
    baskets: 'baskets; items: distinct ones; itemSets: frequent ones',
    rules: 'the list of rules, each with:',
    left: 'items on the left; in CSV with | between them, and \\ before a | or \\ of an item',
    right: 'item on the right',
    count: 'baskets with all of them; support is their share',
    confidence: 'share of them among the baskets with the left side',
    lift: "confidence over the right side's own share",
    leverage: 'support less what chance would give',
    conviction: '(1 − share of the right side) / (1 − confidence); empty for a rule without exception',
  },
  example: 'crm-models association --input baskets.csv --support 0.006 --confidence 0.25',
  run: ({ rows }, { support, confidence, maxSize }) => {
    const baskets = new Map<string, string[]>();
    for (const { basket, item } of rows) {
      const items = baskets.get(basket);
      if (items === undefined) baskets.set(basket, [item]);
      else items.push(item);
    }
    const { rules, ...facts } = associationRules(baskets.values(), { support, confidence, mostItems: maxSize });
    return { facts: { support, confidence, maxSize, ...facts }, rows: { key: 'rules', ...rowsOf(HEAD, rules) } };
  },
});
