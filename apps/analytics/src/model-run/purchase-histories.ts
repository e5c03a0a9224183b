import type { FittedPurchases, PurchaseHistory } from '@crm/customer-models';
import type { Json } from '@crm/event-sourcing';
import type { HistoryDays } from './model-inputs.js';

const DAYS_PER_WEEK = 7;

/** The models of purchases that a run can choose from, the default first. */
export const PURCHASE_MODELS = ['bg-nbd', 'mbg-nbd', 'pareto-nbd'] as const;

const PARAMETER_NAMES: Readonly<Record<FittedPurchases['model'], readonly string[]>> = {
  'bg-nbd': ['r', 'alpha', 'a', 'b'],
  'mbg-nbd': ['r', 'alpha', 'a', 'b'],
  'pareto-nbd': ['r', 'alpha', 's', 'beta'],
};

/** A customer as the models of purchases see one, in weeks. */
export function purchaseHistoryOf({ repeatOccasions, frequencySpanDays, tenureDays }: HistoryDays): PurchaseHistory {
  return { x: repeatOccasions, tx: frequencySpanDays / DAYS_PER_WEEK, T: tenureDays / DAYS_PER_WEEK };
}

/** The model that a run of `bg-nbd` fitted; runs from before there were variants do not name theirs. */
export function purchasesIn(fit: Readonly<Record<string, Json>>): FittedPurchases {
  const model = (fit['model'] ?? PURCHASE_MODELS[0]) as FittedPurchases['model'];
  const parameters = Object.fromEntries(PARAMETER_NAMES[model].map((name) => [name, fit[name] ?? null]));
  return { model, parameters } as unknown as FittedPurchases;
}
