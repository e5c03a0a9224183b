import { BG_NBD, type BgNbdParameters } from './bg-nbd.js';
import { dateOfDay, dayNumber } from './calendar-days.js';
import { ModelDataError } from './errors.js';
import type { GammaGammaParameters } from './gamma-gamma.js';
import { checkParameters } from './purchase-model.js';
import type { PurchaseHistory } from './purchase-summary.js';
import { keyedRandom, type KeyedRandom } from './random.js';
import { drawBeta, drawExponential, drawGamma } from './samplers.js';

/** What BG/NBD and Gamma-Gamma found in the CDNOW sample: weeks, US dollars. */
export const CDNOW_PARAMETERS = {
  purchases: { r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 },
  spend: { p: 6.25, q: 3.74, gamma: 15.44 },
} as const satisfies { purchases: BgNbdParameters; spend: GammaGammaParameters };

export type SimulatedPurchase = { readonly date: string; readonly amountMinor: number };

export type CustomerToSimulate = {
  readonly seed: number | string;
  /** Names the customer: the draws depend on (seed, key) alone. */
  readonly key: string;
  /** First purchase is on a day drawn evenly from these dates, both included. */
  readonly firstFrom: string;
  readonly firstTo: string;
  /** Last date that can have a purchase. */
  readonly until: string;
  readonly purchases: BgNbdParameters;
  /** In major units (the amounts that come out are in hundredths). */
  readonly spend: GammaGammaParameters;
};

/**
 * One customer's purchases in order of time, the first one included: days drawn from BG/NBD, amounts from Gamma-Gamma
 * (at least 1 minor unit). A later `until` only adds purchases. Throws `invalid-date`, `invalid-parameters`,
 * `invalid-value` when the dates are out of order.
 */
export function simulateCustomer(customer: CustomerToSimulate): readonly SimulatedPurchase[] {
  const [from, to, end] = [dayNumber(customer.firstFrom), dayNumber(customer.firstTo), dayNumber(customer.until)];
  if (!(from <= to && to <= end)) {
    throw new ModelDataError(
      'invalid-value',
      `${customer.firstFrom}, ${customer.firstTo}, ${customer.until} are not in order`,
    );
  }
  // Streams of their own, so that a longer history leaves first day and amounts as they were.
  const stream = (name: string): KeyedRandom => keyedRandom(customer.seed, `${name}:${customer.key}`);
  const first = from + Math.floor(stream('first').uniform() * (to - from + 1));
  const repeats = simulateRepeatTimes(stream('purchases'), customer.purchases, (end + 1 - first) / 7);
  const amount = spendSampler(stream('spend'), customer.spend);
  return [0, ...repeats].map((weeks) => ({
    date: dateOfDay(first + Math.floor(weeks * 7)),
    amountMinor: Math.max(1, Math.round(amount() * 100)),
  }));
}

/**
 * Times in weeks after the first purchase of one BG/NBD customer's repeat purchases within `weeks`, ascending:
 * exponential gaps at the customer's own rate, and after each purchase the customer's own chance of leaving.
 */
export function simulateRepeatTimes(
  random: KeyedRandom,
  parameters: BgNbdParameters,
  weeks: number,
): readonly number[] {
  checkParameters(BG_NBD, parameters);
  const rate = drawGamma(random, parameters.r, parameters.alpha);
  const leaving = drawBeta(random, parameters.a, parameters.b);
  const times: number[] = [];
  let at = drawExponential(random, rate);
  while (at < weeks) {
    times.push(at);
    if (random.uniform() < leaving) break;
    at += drawExponential(random, rate);
  }
  return times;
}

/** One BG/NBD customer observed for `weeks`, as the summary that the model is fitted on. */
export function simulateHistory(random: KeyedRandom, parameters: BgNbdParameters, weeks: number): PurchaseHistory {
  const times = simulateRepeatTimes(random, parameters, weeks);
  return { x: times.length, tx: times.at(-1) ?? 0, T: weeks };
}

/** Values of one Gamma-Gamma customer's purchases: one rate for the customer, a Gamma(p, rate) draw for each call. */
export function spendSampler(random: KeyedRandom, { p, q, gamma }: GammaGammaParameters): () => number {
  const rate = drawGamma(random, q, gamma);
  return () => drawGamma(random, p, rate);
}
