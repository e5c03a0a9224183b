import { purchaseLogLikelihood, scorePurchases } from '@crm/customer-models';
import type { Foretelling } from './model.js';
import { purchaseHistoryOf, purchasesIn } from './purchase-histories.js';

const DAYS_PER_WEEK = 7;

/**
 * Purchase occasions of the holdout: their log-likelihood given what was known before, and the errors of what was expected of
 * each customer.
 */
export const purchasesForetold: Foretelling = {
  holdout: 'purchases',
  daysOf: ({ parameters }) => Math.floor(Number(parameters['weeks']) * DAYS_PER_WEEK),
  measure(fit, { days, purchases }) {
    const fitted = purchasesIn(fit);
    const [before, after] = [purchases.map(({ before: one }) => one), purchases.map(({ after: one }) => one)];
    let [expected, actual, absolute, squared] = [0, 0, 0, 0];
    for (const customer of purchases) {
      const foretold = scorePurchases(
        fitted,
        days / DAYS_PER_WEEK,
        purchaseHistoryOf(customer.before),
      ).expectedPurchases;
      const came = customer.after.repeatOccasions - customer.before.repeatOccasions;
      expected += foretold;
      actual += came;
      absolute += Math.abs(foretold - came);
      squared += (foretold - came) ** 2;
    }
    return {
      logLikelihood:
        purchaseLogLikelihood(fitted, after.map(purchaseHistoryOf)) -
        purchaseLogLikelihood(fitted, before.map(purchaseHistoryOf)),
      meanAbsoluteError: absolute / purchases.length,
      rootMeanSquaredError: Math.sqrt(squared / purchases.length),
      expected,
      actual,
    };
  },
  by: { measure: 'logLikelihood', better: 'larger' },
};
