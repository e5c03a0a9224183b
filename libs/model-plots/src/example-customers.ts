import {
  CDNOW_PARAMETERS,
  dayNumber,
  dateOfDay,
  keyedRandom,
  simulateCustomer,
  type PurchaseLine,
} from '@crm/customer-models';

/** Dates of the example: customers come in the first quarter, the calibration ends after nine months. */
export const EXAMPLE = { from: '2025-01-01', firstTo: '2025-03-25', calibrationEnd: '2025-09-30', until: '2026-06-30' };

const CUSTOMERS = 2_357;
const CATEGORIES = ['rock', 'classical', 'jazz'] as const;

/** Purchases drawn from what was found in the CDNOW sample, in dollars; the same on every machine. */
export function exampleLines(): readonly (PurchaseLine & { readonly category: string })[] {
  return Array.from({ length: CUSTOMERS }, (_, at) => {
    const key = String(at).padStart(4, '0');
    const purchases = simulateCustomer({
      seed: 'models',
      key,
      firstFrom: EXAMPLE.from,
      firstTo: EXAMPLE.firstTo,
      until: EXAMPLE.until,
      ...CDNOW_PARAMETERS,
    });
    const category = CATEGORIES[at % CATEGORIES.length] ?? 'rock';
    return purchases.map(({ date, amountMinor }) => ({ customer: key, date, amount: amountMinor / 100, category }));
  }).flat();
}

/** Contracts of two tariffs: left after so many months, or still there when last seen. */
export function exampleContracts(): readonly {
  readonly group: string;
  readonly time: number;
  readonly ended: boolean;
}[] {
  return Array.from({ length: 400 }, (_, at) => {
    const random = keyedRandom('models', `contract:${String(at)}`);
    const group = at % 2 === 0 ? 'monthly tariff' : 'yearly tariff';
    const leaves = Math.ceil((-Math.log(random.uniform()) * (at % 2 === 0 ? 14 : 30)) / 1);
    const seen = 6 + Math.floor(random.uniform() * 30);
    return { group, time: Math.min(leaves, seen), ended: leaves <= seen };
  });
}

/** Baskets in which some items go together. */
export function exampleBaskets(): readonly (readonly string[])[] {
  const pairs = [
    ['bread', 'butter', 0.5],
    ['pasta', 'sauce', 0.6],
    ['beer', 'crisps', 0.4],
    ['coffee', 'milk', 0.55],
    ['tea', 'honey', 0.3],
  ] as const;
  return Array.from({ length: 3_000 }, (_, at) => {
    const random = keyedRandom('models', `basket:${String(at)}`);
    return pairs.flatMap(([first, second, together], pair) => {
      if (random.uniform() > 0.35 - 0.05 * pair) return random.uniform() < 0.08 ? [second] : [];
      return random.uniform() < together ? [first, second] : [first];
    });
  });
}

/** Customers with two features, and whether they left. */
export function exampleChurn(): readonly { readonly values: readonly number[]; readonly outcome: boolean }[] {
  return Array.from({ length: 3_000 }, (_, at) => {
    const random = keyedRandom('models', `churn:${String(at)}`);
    const [months, complaints] = [random.uniform() * 60, Math.floor(random.uniform() ** 3 * 6)];
    const logOdds = -0.4 - 0.05 * months + 0.7 * complaints;
    return { values: [months, complaints], outcome: random.uniform() < 1 / (1 + Math.exp(-logOdds)) };
  });
}

/** First date of the second half-year before `until`. */
export function halfYears(until: string): { readonly split: string; readonly from: string } {
  return { split: dateOfDay(dayNumber(until) - 180), from: dateOfDay(dayNumber(until) - 361) };
}
