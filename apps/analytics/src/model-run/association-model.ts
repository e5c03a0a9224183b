import { associationRules } from '@crm/customer-models';
import { groupedBy } from './grouped-by.js';
import { choiceParameter, numberParameter, refuseOthers } from './model-parameters.js';
import type { ModelOrderLine } from './model-inputs.js';
import { TooMuchFound, type ScoringModel, type Values } from './model.js';

/** Nobody reads more, and each is a row that is kept. */
const MOST_RULES = 100_000;
const BASKETS = ['order', 'customer'] as const;

/** What is bought together: rules over the products of a basket, which is an order or all that a customer bought. */
export const associationModel: ScoringModel = {
  name: 'association',
  version: 'association.1',
  needs: ['orderLines'],
  values: {},
  rows: {
    left: 'text',
    right: 'text',
    items: 'number',
    count: 'number',
    support: 'number',
    confidence: 'number',
    lift: 'number',
    leverage: 'number',
    conviction: 'number',
  },
  parametersOf(asked) {
    refuseOthers(asked, ['support', 'confidence', 'mostItems', 'basket']);
    return {
      support: numberParameter(asked, 'support', { otherwise: 0.001, above: 0, most: 1 }),
      confidence: numberParameter(asked, 'confidence', { otherwise: 0.5, least: 0, most: 1 }),
      mostItems: numberParameter(asked, 'mostItems', { otherwise: 10, least: 2, most: 10, whole: true }),
      basket: choiceParameter(asked, 'basket', BASKETS),
    };
  },
  score({ orderLines }, { support, confidence, mostItems, basket }) {
    const question = { support: Number(support), confidence: Number(confidence), mostItems: Number(mostItems) };
    const { rules, ...counts } = associationRules(basketsOf(orderLines, basket === 'customer'), question);
    if (rules.length > MOST_RULES)
      throw new TooMuchFound('too-many-rules', `${String(rules.length)} rules: raise support or confidence`);
    const rows = rules.map(({ left, conviction, ...rule }): Values => ({
      ...{ left: listed(left), items: left.length + 1 },
      ...rule,
      // A rule without exception has none.
      ...(conviction === null ? {} : { conviction }),
    }));
    const found = { rules: rules.length, ...counts };
    return { fit: found, scores: [], report: found, warnings: [], rows };
  },
  explains: () => ({}),
};

/** Products as one text that can be taken apart again: a comma or a backslash within one has a backslash before it. */
function listed(products: readonly string[]): string {
  return products.map((product) => product.replace(/[\\,]/g, '\\$&')).join(', ');
}

/** Returns are not bought, and an order without lines is no basket. */
function basketsOf(lines: readonly ModelOrderLine[], ofCustomers: boolean): readonly (readonly string[])[] {
  const bought = lines.flatMap(({ partyId, orderId, sku, amount }) =>
    sku === null || amount < 0 ? [] : [{ basket: ofCustomers ? partyId : orderId, sku }],
  );
  return Array.from(groupedBy(bought, ({ basket }) => basket).values(), (items) => items.map(({ sku }) => sku));
}
