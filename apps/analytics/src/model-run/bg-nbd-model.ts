import { fitPurchases, scorePurchases, type FittedPurchases } from '@crm/customer-models';
import { recordOf } from './fit-record.js';
import { choiceParameter, numberParameter, refuseOthers } from './model-parameters.js';
import { purchasesForetold } from './foretold-purchases.js';
import type { ModelParameters, Report, Score, ScoringModel } from './model.js';
import { PURCHASE_MODELS, purchaseHistoryOf, purchasesIn } from './purchase-histories.js';

const DEFAULT_WEEKS = 39;
const MOST_WEEKS = 1_040;
const LAST_ROW = 7;

const variantOf = ({ variant }: ModelParameters): FittedPurchases['model'] =>
  (variant ?? PURCHASE_MODELS[0]) as FittedPurchases['model'];

/** Is a customer still one, and how many purchases are to come in the next `weeks`: BG/NBD, or another of its family as `variant`. */
export const bgNbdModel: ScoringModel = {
  name: 'bg-nbd',
  version: 'bg-nbd.1',
  versionOf: (parameters) => `${variantOf(parameters)}.1`,
  settingsOf: (parameters) => Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== 'variant')),
  needs: ['customers'],
  values: { pAlive: 'number', expectedPurchases: 'number' },
  parametersOf(asked) {
    refuseOthers(asked, ['weeks', 'variant']);
    const weeks = numberParameter(asked, 'weeks', { otherwise: DEFAULT_WEEKS, above: 0, most: MOST_WEEKS });
    const variant = choiceParameter(asked, 'variant', PURCHASE_MODELS);
    // A run of the first variant is the same request as before there were others.
    return variant === PURCHASE_MODELS[0] ? { weeks } : { weeks, variant };
  },
  score({ customers }, parameters) {
    const { warnings, ...fitted } = fitPurchases(variantOf(parameters), customers.map(purchaseHistoryOf));
    const scores = customers.map((customer) => {
      const history = purchaseHistoryOf(customer);
      const values = scorePurchases(fitted, Number(parameters['weeks']), history);
      return {
        partyId: customer.partyId,
        values: { ...values },
        inputs: { ...history },
        class: tenthOf(values.pAlive),
      };
    });
    const { parameters: estimates, ...rest } = fitted;
    const fit = recordOf({ ...estimates, ...rest });
    return { fit, scores, report: { byRepeatOccasions: byRepeatOccasions(scores) }, warnings };
  },
  foretells: purchasesForetold,
  explains: (fit) => ({ parameters: { ...purchasesIn(fit).parameters } }),
};

/** The tenth that a probability lies in; 1 belongs to the last. */
function tenthOf(probability: number): string {
  return String(Math.min(9, Math.floor(probability * 10)));
}

/** Means over the customers with as many repeat occasions; the last row is of those with that many or more. */
function byRepeatOccasions(scores: readonly Score[]): Report[string] {
  const rows = Array.from({ length: LAST_ROW + 1 }, (_, x) => ({ x, customers: 0, alive: 0, purchases: 0 }));
  for (const { values, inputs } of scores) {
    const row = rows[Math.min(Number(inputs['x']), LAST_ROW)];
    if (row === undefined) continue;
    row.customers += 1;
    row.alive += Number(values['pAlive']);
    row.purchases += Number(values['expectedPurchases']);
  }
  return rows
    .filter(({ customers }) => customers > 0)
    .map(({ x, customers, alive, purchases }) => ({
      x,
      customers,
      meanPAlive: alive / customers,
      expectedPurchases: purchases,
    }));
}
