import { fitBgNbd, scoreBgNbd, type PurchaseHistory } from '@crm/customer-models';
import { badParameter, refuseOthers } from './model-parameters.js';
import type { ModelCustomer, ScoringModel } from './model.js';

const DAYS_PER_WEEK = 7;
const DEFAULT_WEEKS = 39;
const MOST_WEEKS = 1_040;

const historyOf = ({ repeatOccasions, frequencySpanDays, tenureDays }: ModelCustomer): PurchaseHistory => ({
  x: repeatOccasions,
  tx: frequencySpanDays / DAYS_PER_WEEK,
  T: tenureDays / DAYS_PER_WEEK,
});

/** BG/NBD: is a customer still one, and how many purchases are to come in the next `weeks`. */
export const bgNbdModel: ScoringModel = {
  name: 'bg-nbd',
  version: 'bg-nbd.1',
  values: { pAlive: 'number', expectedPurchases: 'number' },
  parametersOf(asked) {
    refuseOthers(asked, ['weeks']);
    const weeks = asked['weeks'] ?? DEFAULT_WEEKS;
    if (typeof weeks !== 'number') throw badParameter('weeks', 'wrong-type', 'weeks is a number');
    if (!(weeks > 0)) throw badParameter('weeks', 'too-small', 'weeks is more than 0');
    if (weeks > MOST_WEEKS) throw badParameter('weeks', 'too-big', `weeks is at most ${String(MOST_WEEKS)}`);
    return { weeks };
  },
  score(customers, { weeks }) {
    const histories = customers.map(historyOf);
    const { parameters, standardErrors, ...report } = fitBgNbd(histories);
    const scores = customers.map((customer) => {
      const history = historyOf(customer);
      const values = scoreBgNbd(parameters, Number(weeks), history);
      return {
        partyId: customer.partyId,
        values: { ...values },
        inputs: { ...history },
        class: tenthOf(values.pAlive),
      };
    });
    return {
      fit: { ...parameters, standardErrors: standardErrors === null ? null : { ...standardErrors }, ...report },
      scores,
    };
  },
  explains: ({ r, alpha, a, b }) => ({ parameters: { r, alpha, a, b } }),
};

/** The tenth that a probability lies in; 1 belongs to the last. */
function tenthOf(probability: number): string {
  return String(Math.min(9, Math.floor(probability * 10)));
}
