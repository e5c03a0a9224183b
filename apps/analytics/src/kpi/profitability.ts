import type pg from 'pg';
import type { BusinessRules } from '../business-rules/business-rules.js';
import { CONTACTS_HAD } from '../contact/contacts-had.js';
import type { Finding, KpiPeriod } from './kpi.js';

const IN_PERIOD = (column: string): string =>
  `${column} >= $1::date::timestamp AT TIME ZONE 'UTC' AND ${column} < ($2::date + 1)::timestamp AT TIME ZONE 'UTC'`;
const SALES = `SELECT coalesce(sum(amount_minor), 0)::float8 AS revenue, count(*) FILTER (WHERE purchases > 0)::int AS occasions,
    coalesce(array_agg(DISTINCT currency), '{}') AS currencies FROM purchase_day WHERE day BETWEEN $1::date AND $2::date`;
const CONTACTS = `SELECT count(*) FILTER (WHERE cost_minor IS NULL)::int AS "outsideCampaigns", coalesce(sum(cost_minor), 0)::float8 AS "campaignCost",
    coalesce(array_agg(DISTINCT currency) FILTER (WHERE cost_minor <> 0), '{}') AS currencies
  FROM ${CONTACTS_HAD} c WHERE ${IN_PERIOD('c.at')}`;
const CASES = `SELECT count(*)::int AS cases FROM case_fact WHERE ${IN_PERIOD('opened_at')}`;

interface Activity {
  readonly revenue: number;
  readonly occasions: number;
  readonly outsideCampaigns: number;
  readonly campaignCost: number;
  readonly cases: number;
  /** Of every amount that is not 0. */
  readonly currencies: readonly string[];
}

/** What was left of a period's revenue by the rules given. */
export async function profitability(tx: pg.ClientBase, period: KpiPeriod, rules: BusinessRules): Promise<Finding> {
  return profitabilityOf(await activityIn(tx, period), rules);
}

async function activityIn(tx: pg.ClientBase, { from, to }: KpiPeriod): Promise<Activity> {
  const days = [from, to];
  const sales = await oneRow<Pick<Activity, 'revenue' | 'occasions' | 'currencies'>>(tx, SALES, days);
  const contacts = await oneRow<Pick<Activity, 'outsideCampaigns' | 'campaignCost' | 'currencies'>>(tx, CONTACTS, days);
  const { cases } = await oneRow<Pick<Activity, 'cases'>>(tx, CASES, days);
  return { ...sales, ...contacts, cases, currencies: [...sales.currencies, ...contacts.currencies] };
}

/** The row of an aggregate, which always has one. */
async function oneRow<Row extends object>(tx: pg.ClientBase, sql: string, values: readonly string[]): Promise<Row> {
  const { rows } = await tx.query<Row>(sql, [...values]);
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate has one row');
  return row;
}

/** Revenue × margin − costs, over revenue. Amounts are not converted: in several currencies there is no answer. */
export function profitabilityOf(activity: Activity, rules: BusinessRules): Finding {
  const { revenue, occasions, outsideCampaigns, campaignCost, cases } = activity;
  const priced = [
    { count: occasions, cost: rules.costPerOccasion },
    { count: outsideCampaigns, cost: rules.costPerContact },
    { count: cases, cost: rules.costPerCase },
  ].filter(({ count, cost }) => count > 0 && cost.amountMinor > 0);
  const [currency, ...others] = new Set([...activity.currencies, ...priced.map(({ cost }) => cost.currency)]);
  const by = { businessRulesVersion: rules.version };
  if (others.length > 0) return { numerator: null, denominator: null, reason: 'several-currencies', ...by };
  const cost = priced.reduce((sum, one) => sum + one.count * one.cost.amountMinor, campaignCost);
  const found = { numerator: revenue * rules.marginRate - cost, denominator: revenue, ...by };
  const amounts = currency === undefined ? found : { ...found, currency };
  return revenue > 0 ? amounts : { ...amounts, reason: 'no-revenue' };
}
