import { normalQuantile } from './distributions.js';
import { checkedSum, ModelDataError } from './errors.js';
import {
  expectedSpend,
  GAMMA_GAMMA_NAMES,
  type GammaGammaFit,
  type GammaGammaParameters,
  type SpendHistory,
} from './gamma-gamma.js';
import { dot, multiply, type Matrix, type Vector } from './linear-algebra.js';
import type { Interval } from './proportions.js';
import { alivePurchases, parameterNamesOf, purchasesWhenAlive, type FittedPurchases } from './purchase-models.js';
import type { SurvivorHistory } from './purchase-model.js';
import type { PurchaseHistory } from './purchase-summary.js';

export type LifetimeValueQuestion = {
  /** A fit, or a model with known parameters (then there is no interval). */
  readonly purchases: FittedPurchases & { readonly logCovariance?: Matrix | null };
  readonly spend: Pick<GammaGammaFit, 'parameters'> & { readonly logCovariance?: Matrix | null };
  /** Whole months, from 1 to 1,200. */
  readonly months: number;
  /** Discount of a month, above −1: .01 is 1 % a month. */
  readonly monthlyDiscount: number;
  /** Coverage of the interval, between 0 and 1; default .95. */
  readonly level?: number;
};

/** `margin` is the customer's share of revenue that is left after the cost of what was sold, in one unit (.3 is 30 %). */
export type CustomerToValue = PurchaseHistory & SpendHistory & { readonly margin: number };

export type LifetimeValue = {
  /** Expected margin of the months, discounted, in the unit of zbar. */
  readonly value: number;
  /** Of the expectation, not of what the customer will do; null when the fits leave it open. */
  readonly interval: Interval | null;
  /** Purchases expected in the months, not discounted. */
  readonly expectedPurchases: number;
  /** Expected value of one of them. */
  readonly expectedSpend: number;
};

const WEEKS_PER_MONTH = 52 / 12;
const MOST_MONTHS = 1_200;
const STEP = 1e-4;

/**
 * Σ E[M]·(E[Y(52i/12)] − E[Y(52(i−1)/12)])/(1+d)^i · margin over i = 1…months (Fader, Hardie & Lee 2005, "RFM and CLV",
 * discrete months). The interval is by the delta method on log scale, from both fits' covariances: it carries the
 * uncertainty of the parameters alone. Customers who are asked about by the same question object share what depends on x
 * and T alone. Throws `invalid-value` (also for a value that overflows), `invalid-history`, `invalid-parameters`.
 */
export function lifetimeValue(question: LifetimeValueQuestion, customer: CustomerToValue): LifetimeValue {
  checkQuestion(question, customer);
  const { spend } = question;
  const plan = planOf(question);
  const [pAlive = 0, ...alive] = plan.variants.map((variant) => alivePurchases(variant, customer));
  const [course = NOTHING, ...courses] = coursesOf(plan, customer);
  const perPurchase = expectedSpend(spend.parameters, customer);
  const value = checkedSum('the lifetime value', times(pAlive, course.discounted) * perPurchase * customer.margin);
  const logPurchases = alive.map((chance, i) => Math.log(times(chance, courses[i]?.discounted ?? NaN)));
  const logSpends = plan.spends.map((parameters) => Math.log(expectedSpend(parameters, customer)));
  return {
    value,
    interval: value === 0 ? [0, 0] : intervalOf(question, plan.z, { value, logPurchases, logSpends }),
    expectedPurchases: times(pAlive, course.total),
    expectedSpend: perPurchase,
  };
}

/** What one who is still a customer at T will buy in the months. */
type Course = { readonly discounted: number; readonly total: number };
/** What is the same for all customers of a question. */
type Plan = {
  /** The fit, and then a step up and a step down of each of its parameters where an interval is wanted. */
  readonly variants: readonly FittedPurchases[];
  /** Likewise a step up and a step down of each parameter of the spend. */
  readonly spends: readonly GammaGammaParameters[];
  /** Ends of the months whose value does not vanish, in weeks, and what they are discounted by. */
  readonly ends: readonly number[];
  readonly discounts: readonly number[];
  readonly horizon: number;
  /** Standard errors that the interval reaches to either side. */
  readonly z: number;
  /** Of each variant, by x and then T. */
  readonly courses: Map<number, Map<number, readonly Course[]>>;
};

const NOTHING: Course = { discounted: 0, total: 0 };
const plans = new WeakMap<LifetimeValueQuestion, Plan>();

function planOf(question: LifetimeValueQuestion): Plan {
  const known = plans.get(question);
  if (known !== undefined) return known;
  const { purchases, spend, months, monthlyDiscount, level = 0.95 } = question;
  const bounded = hasCovariances(purchases, spend);
  const counted = Math.min(months, monthsUntilNothing(monthlyDiscount));
  const plan: Plan = {
    variants: [
      purchases,
      ...steps(purchases.parameters, bounded ? parameterNamesOf(purchases.model) : []).map((parameters) => ({
        ...purchases,
        parameters,
      })),
    ],
    spends: steps(spend.parameters, bounded ? GAMMA_GAMMA_NAMES : []),
    ends: Array.from({ length: counted }, (_, i) => (i + 1) * WEEKS_PER_MONTH),
    discounts: Array.from({ length: counted }, (_, i) => (1 + monthlyDiscount) ** (i + 1)),
    horizon: months * WEEKS_PER_MONTH,
    z: normalQuantile((1 + level) / 2),
    courses: new Map(),
  };
  plans.set(question, plan);
  return plan;
}

function coursesOf(plan: Plan, { x, T }: PurchaseHistory): readonly Course[] {
  const ofX = plan.courses.get(x) ?? new Map<number, readonly Course[]>();
  plan.courses.set(x, ofX);
  let found = ofX.get(T);
  if (found === undefined) ofX.set(T, (found = plan.variants.map((variant) => courseOf(plan, variant, { x, T }))));
  return found;
}

function courseOf({ ends, discounts, horizon }: Plan, fitted: FittedPurchases, history: SurvivorHistory): Course {
  const purchases = purchasesWhenAlive(fitted, ends, history);
  let [discounted, before] = [0, 0];
  for (let i = 0; i < purchases.length; i += 1) {
    const until = purchases[i] ?? NaN;
    discounted += (until - before) / (discounts[i] ?? NaN);
    before = until;
  }
  const [total = before] = ends.at(-1) === horizon ? [] : purchasesWhenAlive(fitted, [horizon], history);
  return { discounted, total };
}

/** Months fall off, so that those after this one are less than a part in 1e16 of the first. */
function monthsUntilNothing(discount: number): number {
  return discount > 0 ? Math.ceil(1 + (Math.log(1e16) - Math.log(discount)) / Math.log1p(discount)) : Infinity;
}

/** Without P(alive) nothing is expected, whatever would be of one who is. */
function times(pAlive: number, purchases: number): number {
  return pAlive === 0 ? 0 : pAlive * purchases;
}

// On log scale, so that the bounds keep the sign of the value and its skewed error is symmetric.
function intervalOf(
  { purchases, spend }: LifetimeValueQuestion,
  z: number,
  {
    value,
    logPurchases,
    logSpends,
  }: { readonly value: number; readonly logPurchases: Vector; readonly logSpends: Vector },
): Interval | null {
  const { logCovariance: ofPurchases = null } = purchases;
  const { logCovariance: ofSpend = null } = spend;
  if (ofPurchases === null || ofSpend === null) return null;
  const variance = quadratic(slopes(logPurchases), ofPurchases) + quadratic(slopes(logSpends), ofSpend);
  const factor = Math.exp(z * Math.sqrt(variance));
  if (!Number.isFinite(factor)) return null;
  return value > 0 ? [value / factor, value * factor] : [value * factor, value / factor];
}

function hasCovariances(...fits: readonly { readonly logCovariance?: Matrix | null }[]): boolean {
  return fits.every(({ logCovariance = null }) => logCovariance !== null);
}

/** The parameters with the logarithm of each moved by a step, up and then down. */
function steps<Parameters extends Readonly<Record<string, number>>>(
  parameters: Parameters,
  names: readonly (keyof Parameters & string)[],
): readonly Parameters[] {
  return names.flatMap((name) =>
    [STEP, -STEP].map((by) => ({ ...parameters, [name]: (parameters[name] ?? NaN) * Math.exp(by) })),
  );
}

/** Derivatives of what was taken at `steps`. */
function slopes(atSteps: Vector): Vector {
  return Array.from(
    { length: atSteps.length / 2 },
    (_, i) => ((atSteps[2 * i] ?? NaN) - (atSteps[2 * i + 1] ?? NaN)) / (2 * STEP),
  );
}

function quadratic(vector: Vector, matrix: Matrix): number {
  return dot(vector, multiply(matrix, vector));
}

function checkQuestion(
  { months, monthlyDiscount, level = 0.95 }: LifetimeValueQuestion,
  { margin }: CustomerToValue,
): void {
  const refuse = (what: string, value: number): never => {
    throw new ModelDataError('invalid-value', `${what}, not ${value}`);
  };
  if (!(Number.isInteger(months) && months >= 1 && months <= MOST_MONTHS)) {
    refuse(`months must be a whole number from 1 to ${MOST_MONTHS}`, months);
  }
  if (!(monthlyDiscount > -1 && monthlyDiscount < Infinity)) {
    refuse('monthlyDiscount must be a finite number above -1', monthlyDiscount);
  }
  if (!(level > 0 && level < 1)) refuse('level must lie between 0 and 1', level);
  if (!Number.isFinite(margin)) refuse('margin must be a finite number', margin);
}
