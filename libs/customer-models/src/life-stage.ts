import { dayNumber } from './calendar-days.js';
import { ModelDataError } from './errors.js';
import type { PurchaseLine } from './purchase-summary.js';
import { quantile } from './rfm.js';

export type CategorisedPurchase = PurchaseLine & { readonly category: string };

/** A customer is in the last stage whose `fromOccasion` it has reached; the first stage starts at occasion 1. */
export type LifeStage = { readonly name: string; readonly fromOccasion: number };

export type StagePurchases = {
  readonly stage: string;
  readonly fromOccasion: number;
  readonly customers: number;
  readonly occasions: number;
  /** Days since the customer's occasion before; null in a stage of first occasions alone. */
  readonly daysBetween: {
    readonly mean: number;
    readonly median: number;
    readonly q1: number;
    readonly q3: number;
  } | null;
  /** Purchase lines by category, largest first; the shares add up to 1. */
  readonly categories: readonly { readonly category: string; readonly lines: number; readonly share: number }[];
};

/** First purchase, second, third to fifth, sixth and on. */
export const LIFE_STAGES: readonly LifeStage[] = [
  { name: 'first', fromOccasion: 1 },
  { name: 'second', fromOccasion: 2 },
  { name: 'growing', fromOccasion: 3 },
  { name: 'regular', fromOccasion: 6 },
];

type Tally = {
  readonly customers: Set<string>;
  occasions: number;
  readonly gaps: number[];
  readonly lines: Map<string, number>;
};

/**
 * Days between purchases and category mix by life stage. A stage is a range of occasion numbers: the n-th distinct day
 * on which the customer bought. Returns (negative amounts) are no purchases and do not count at all.
 * Throws `invalid-date`, `invalid-purchase`, `invalid-value` for stages that do not ascend from occasion 1.
 */
export function lifeStagePurchases(
  purchases: Iterable<CategorisedPurchase>,
  stages: readonly LifeStage[] = LIFE_STAGES,
): readonly StagePurchases[] {
  checkStages(stages);
  const tallies = stages.map((): Tally => ({ customers: new Set(), occasions: 0, gaps: [], lines: new Map() }));
  for (const [customer, days] of categoriesByDay(purchases)) {
    let before: number | undefined;
    let occasion = 0;
    for (const [day, categories] of [...days].sort(([a], [b]) => a - b)) {
      occasion += 1;
      const tally = tallies[stages.findLastIndex(({ fromOccasion }) => fromOccasion <= occasion)];
      if (tally === undefined) continue;
      tally.customers.add(customer);
      tally.occasions += 1;
      if (before !== undefined) tally.gaps.push(day - before);
      for (const category of categories) tally.lines.set(category, (tally.lines.get(category) ?? 0) + 1);
      before = day;
    }
  }
  return tallies.map((tally, i) => reportOf(stages[i] ?? { name: '', fromOccasion: 0 }, tally));
}

function categoriesByDay(
  purchases: Iterable<CategorisedPurchase>,
): ReadonlyMap<string, ReadonlyMap<number, readonly string[]>> {
  const customers = new Map<string, Map<number, string[]>>();
  for (const { customer, date, amount, category } of purchases) {
    if (customer === '' || category === '' || !Number.isFinite(amount)) {
      throw new ModelDataError(
        'invalid-purchase',
        `no purchase has customer '${customer}', category '${category}', amount ${amount}`,
      );
    }
    const day = dayNumber(date);
    if (amount < 0) continue;
    const days = customers.get(customer) ?? new Map<number, string[]>();
    customers.set(customer, days);
    const categories = days.get(day);
    if (categories === undefined) days.set(day, [category]);
    else categories.push(category);
  }
  return customers;
}

function reportOf({ name, fromOccasion }: LifeStage, { customers, occasions, gaps, lines }: Tally): StagePurchases {
  const total = [...lines.values()].reduce((sum, count) => sum + count, 0);
  const categories = [...lines]
    .map(([category, count]) => ({ category, lines: count, share: count / total }))
    .sort((a, b) => b.lines - a.lines || (a.category < b.category ? -1 : 1));
  return { stage: name, fromOccasion, customers: customers.size, occasions, daysBetween: spreadOf(gaps), categories };
}

function spreadOf(gaps: readonly number[]): StagePurchases['daysBetween'] {
  if (gaps.length === 0) return null;
  const sorted = gaps.toSorted((a, b) => a - b);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return { mean, median: quantile(sorted, 0.5), q1: quantile(sorted, 0.25), q3: quantile(sorted, 0.75) };
}

function checkStages(stages: readonly LifeStage[]): void {
  const at = stages.findIndex(({ fromOccasion }, i) => {
    const before = stages[i - 1]?.fromOccasion;
    return !Number.isInteger(fromOccasion) || (before === undefined ? fromOccasion !== 1 : fromOccasion <= before);
  });
  if (stages.length === 0 || at >= 0) {
    const found = stages[at]?.fromOccasion ?? 'none';
    throw new ModelDataError('invalid-value', `stages must ascend in whole numbers from occasion 1, not ${found}`);
  }
}
