import type { Duration } from '@crm/customer-models';
import { dateOf } from '../customer-features/features-at.js';
import type { ModelCustomer } from './model-inputs.js';

const DAYS_PER_MONTH = 365.25 / 12;
const MS_PER_DAY = 86_400_000;

/**
 * Gone is who has not bought for more than `silentDays`, and left at the last purchase; in the last `silentDays` nobody can be
 * seen leaving. So a customer is observed up to `silentDays` before the date, in days since the first purchase: there gone since
 * the last one, or still there. Undefined for a customer whose first purchase is not older than that.
 */
export function durationOf(
  { tenureDays, frequencySpanDays }: Pick<ModelCustomer, 'tenureDays' | 'frequencySpanDays'>,
  silentDays: number,
): Duration | undefined {
  const observedDays = tenureDays - silentDays;
  if (observedDays <= 0) return undefined;
  return frequencySpanDays < observedDays
    ? { time: frequencySpanDays, ended: true }
    : { time: observedDays, ended: false };
}

/**
 * Of every month's first buyers, how many bought k months after their first purchase or later, for as many months as lie
 * `silentDays` back for all of them: by then, who has not bought is gone.
 */
export function survivorsOf(
  customers: readonly ModelCustomer[],
  asOf: string,
  silentDays: number,
): readonly (readonly number[])[] {
  const cohorts = new Map<string, ModelCustomer[]>();
  for (const customer of customers) {
    const month = dateOf(Date.parse(asOf) - customer.tenureDays * MS_PER_DAY).slice(0, 7);
    const members = cohorts.get(month);
    if (members === undefined) cohorts.set(month, [customer]);
    else members.push(customer);
  }
  return [...cohorts.values()].map((members) => {
    const seenDays = members.reduce((least, { tenureDays }) => Math.min(least, tenureDays), Infinity) - silentDays;
    const months = Math.max(0, Math.floor(seenDays / DAYS_PER_MONTH));
    return Array.from(
      { length: months + 1 },
      (_, k) => members.filter(({ frequencySpanDays }) => frequencySpanDays >= k * DAYS_PER_MONTH).length,
    );
  });
}
