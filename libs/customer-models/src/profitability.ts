import { checkedSum, ModelDataError } from './errors.js';

/** Business rules under which a customer's profit is computed. Change a rule and you change the version. */
export type ProfitRules = {
  readonly version: string;
  /** Share of revenue left after the cost of what was sold, at most 1. */
  readonly marginRate: number;
  /** Costs in the unit of the revenue, each ≥ 0. */
  readonly costPerOccasion: number;
  readonly costPerContact: number;
  readonly costPerCase: number;
};

/** What a customer did in the period; counts are whole numbers ≥ 0, revenue is net of returns. */
export type CustomerFacts = {
  readonly customer: string;
  readonly revenue: number;
  readonly occasions: number;
  readonly contacts: number;
  readonly cases: number;
};

export type CustomerProfit = { readonly customer: string; readonly profit: number };

/** A tenth of the customers, the most profitable first; `cumulativeProfit` includes the tenths before it. */
export type WhaleCurveRow = {
  readonly decile: number;
  readonly customers: number;
  readonly profit: number;
  readonly cumulativeProfit: number;
  /** `cumulativeProfit` over the total; null when the total is not above 0. */
  readonly cumulativeShare: number | null;
};

export type Profitability = {
  readonly rulesVersion: string;
  /** Most profitable first. */
  readonly customers: readonly CustomerProfit[];
  readonly total: number;
  readonly deciles: readonly WhaleCurveRow[];
  /** Customers with a profit below 0, and how much they lose together (≤ 0). */
  readonly lossMakers: { readonly customers: number; readonly profit: number };
  /** Profit without the loss makers over the total: the height of the whale. Null when the total is not above 0. */
  readonly peakShare: number | null;
};

const DECILES = 10;

/** revenue · margin rate − occasions, contacts and cases at their costs. Throws `invalid-value`, `invalid-counts`. */
export function profitOf(rules: ProfitRules, facts: CustomerFacts): number {
  checkRules(rules);
  checkFacts(facts);
  const costs =
    facts.occasions * rules.costPerOccasion + facts.contacts * rules.costPerContact + facts.cases * rules.costPerCase;
  return facts.revenue * rules.marginRate - costs;
}

/**
 * Profit of every customer, the whale curve (cumulative profit by decile; Kaplan & Narayanan 2001) and the loss makers.
 * Ties are in the order of customer ids. With fewer than ten customers some deciles are empty.
 * Throws `no-customers`, `invalid-value` (also for sums that overflow), `invalid-counts`.
 */
export function profitability(rules: ProfitRules, facts: Iterable<CustomerFacts>): Profitability {
  const customers = Array.from(facts, (fact) => ({ customer: fact.customer, profit: profitOf(rules, fact) })).sort(
    (a, b) => b.profit - a.profit || (a.customer < b.customer ? -1 : 1),
  );
  if (customers.length === 0) throw new ModelDataError('no-customers', 'profitability needs at least one customer');
  const losing = customers.filter(({ profit }) => profit < 0);
  const total = sumOf(customers);
  const lost = sumOf(losing);
  return {
    rulesVersion: rules.version,
    customers,
    total,
    deciles: whaleCurve(customers, total),
    lossMakers: { customers: losing.length, profit: lost },
    peakShare: total > 0 ? (total - lost) / total : null,
  };
}

function whaleCurve(customers: readonly CustomerProfit[], total: number): readonly WhaleCurveRow[] {
  const until = (decile: number): number => Math.round((customers.length * decile) / DECILES);
  let cumulativeProfit = 0;
  return Array.from({ length: DECILES }, (_, i) => {
    const tenth = customers.slice(until(i), until(i + 1));
    const profit = sumOf(tenth);
    cumulativeProfit += profit;
    const cumulativeShare = total > 0 ? cumulativeProfit / total : null;
    return { decile: i + 1, customers: tenth.length, profit, cumulativeProfit, cumulativeShare };
  });
}

function sumOf(customers: readonly CustomerProfit[]): number {
  return checkedSum(
    'the profit of the customers',
    customers.reduce((sum, { profit }) => sum + profit, 0),
  );
}

function checkRules({ version, marginRate, costPerOccasion, costPerContact, costPerCase }: ProfitRules): void {
  if (version === '') throw new ModelDataError('invalid-value', 'profit rules need a version');
  if (!(marginRate <= 1 && marginRate > -Infinity)) {
    throw new ModelDataError('invalid-value', `marginRate must be a number up to 1, not ${marginRate}`);
  }
  for (const [name, cost] of Object.entries({ costPerOccasion, costPerContact, costPerCase })) {
    if (!(cost >= 0 && cost < Infinity)) {
      throw new ModelDataError('invalid-value', `${name} must be a finite number ≥ 0, not ${cost}`);
    }
  }
}

function checkFacts({ customer, revenue, occasions, contacts, cases }: CustomerFacts): void {
  if (!Number.isFinite(revenue)) {
    throw new ModelDataError('invalid-value', `revenue ${revenue} of customer ${customer} is not a finite number`);
  }
  for (const [name, count] of Object.entries({ occasions, contacts, cases })) {
    if (!Number.isInteger(count) || count < 0) {
      throw new ModelDataError('invalid-counts', `customer ${customer} has ${count} ${name}`);
    }
  }
}
