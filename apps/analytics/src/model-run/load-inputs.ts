import { inSnapshot } from '@crm/event-sourcing';
import type pg from 'pg';
import type { BusinessRules } from '../business-rules/business-rules.js';
import { CONTACTS_HAD } from '../contact/contacts-had.js';
import { dateOf, featuresAt } from '../customer-features/features-at.js';
import { runsAt } from '../customer-score/score-runs.js';
import { trainingDataAt } from '../training-set/training-data.js';
import { inputsOf, type ModelInputs, type SourceName, type UsedRun } from './model-inputs.js';
import type { ModelParameters, ScoringModel } from './model.js';

/** What inputs are read for. */
export interface RunToFeed {
  readonly asOf: string;
  readonly now: number;
  readonly parameters: ModelParameters;
  /** The business rules that hold at `asOf`. */
  readonly rules: ModelInputs['rules'];
}

type Load<Name extends SourceName> = (tx: pg.ClientBase, run: RunToFeed) => Promise<ModelInputs[Name]>;

const CUSTOMERS = `party_id AS "partyId", occasions, repeat_occasions AS "repeatOccasions", recency_days AS "recencyDays",
  tenure_days AS "tenureDays", frequency_span_days AS "frequencySpanDays", revenue, mean_repeat_value AS "meanRepeatValue"`;
const ORDERS = `SELECT party_id AS "partyId", order_id AS "orderId", to_char(local_date, 'YYYY-MM-DD') AS date,
    amount_minor::float8 AS amount, channel
  FROM order_fact WHERE local_date <= $1::date ORDER BY party_id, local_date, order_id`;
const LINES = `SELECT o.party_id AS "partyId", o.order_id AS "orderId", to_char(o.local_date, 'YYYY-MM-DD') AS date, l.sku,
    coalesce(l.quantity, 1)::float8 AS quantity, coalesce(l.amount_minor, o.amount_minor)::float8 AS amount
  FROM order_fact o LEFT JOIN order_line_fact l USING (order_id) WHERE o.local_date <= $1::date
  ORDER BY o.party_id, o.local_date, o.order_id, l.line`;
// A contact costs what its campaign says, else what the rules say: as K22 has it.
const SERVICE = `SELECT party_id AS "partyId", sum(contacts)::int AS contacts, sum(campaign_contacts)::int AS "campaignContacts",
    sum(campaign_cost)::float8 AS "campaignCost", sum(cases)::int AS cases
  FROM (SELECT party_id, (cost_minor IS NULL)::int AS contacts, (cost_minor IS NOT NULL)::int AS campaign_contacts,
      coalesce(cost_minor, 0) AS campaign_cost, 0 AS cases FROM ${CONTACTS_HAD} c WHERE at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
    UNION ALL SELECT party_id, 0, 0, 0, 1 FROM case_fact WHERE opened_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC') s
  GROUP BY party_id ORDER BY party_id`;
// Contacted: reached, or perhaps reached. Revenue is that of every order in the window, whatever its class. A response counts when
// it came by then, however late it was classified; one of which its source has not told yet, when it was classified.
const ARMS = `WITH answer AS (
    SELECT r.loop_id, r.party_id, bool_or(r.class IN ('response', 'conversion')) AS responded,
      bool_or(r.class = 'conversion') AS converted, coalesce(sum(r.revenue_minor), 0) AS revenue
    FROM loop_response r LEFT JOIN heard_response h USING (response_id)
    WHERE r.class IS NOT NULL AND coalesce(h.at, r.classified_at) <= $1 GROUP BY r.loop_id, r.party_id
  ), member AS (
    SELECT l.campaign_id, m.loop_id, m.party_id, m.arm, m.outcome IN (1, 3) AND m.contacted_at <= $1 AS contacted
    FROM loop l JOIN loop_member m USING (loop_id) WHERE m.arm IS NOT NULL AND l.started_at <= $1
  ) SELECT c.plan->>'channel' AS channel, c.campaign_id AS "campaignId", m.arm, count(*)::int AS members,
    count(*) FILTER (WHERE m.contacted)::int AS contacted, count(*) FILTER (WHERE a.responded)::int AS responses,
    count(*) FILTER (WHERE a.converted)::int AS conversions, coalesce(sum(a.revenue), 0)::float8 AS revenue,
    coalesce(sum(a.revenue * a.revenue), 0)::float8 AS "revenueSquared",
    count(*) FILTER (WHERE m.contacted) * (c.plan->'costPerContact'->>'amountMinor')::float8 AS cost
  FROM campaign c JOIN member m USING (campaign_id) LEFT JOIN answer a USING (loop_id, party_id)
  GROUP BY c.campaign_id, m.arm ORDER BY c.campaign_id, m.arm`;

const LOADS: { readonly [Name in SourceName]: Load<Name> } = {
  customers: async (tx, { asOf, now }) => {
    const features = featuresAt({ asOf, now });
    const sql = `SELECT ${CUSTOMERS} FROM ${features} c WHERE occasions > 0 ORDER BY party_id`;
    return (await tx.query<ModelInputs['customers'][number]>(sql)).rows;
  },
  orders: async (tx, { asOf }) => (await tx.query<ModelInputs['orders'][number]>(ORDERS, [dateOf(asOf)])).rows,
  orderLines: async (tx, { asOf }) => (await tx.query<ModelInputs['orderLines'][number]>(LINES, [dateOf(asOf)])).rows,
  service: async (tx, { asOf }) => (await tx.query<ModelInputs['service'][number]>(SERVICE, [dateOf(asOf)])).rows,
  arms: async (tx, { asOf }) => (await tx.query<ModelInputs['arms'][number]>(ARMS, [asOf])).rows,
  rules: (_, { rules }) => Promise.resolve(rules),
  training: (tx, run) => trainingDataAt(tx, run),
};

/** Business rules as the models take them. All amounts of a store are in one currency. */
export function profitRulesOf(rules: BusinessRules): RunToFeed['rules'] {
  const { version, marginRate, costPerOccasion, costPerContact, costPerCase } = rules;
  return {
    ...{ version: String(version), marginRate, costPerOccasion: costPerOccasion.amountMinor },
    ...{ costPerContact: costPerContact.amountMinor, costPerCase: costPerCase.amountMinor },
  };
}

/** Reads what a model needs, all of it from one state of the warehouse. */
export function loadInputs(pool: pg.Pool, model: ScoringModel, run: RunToFeed): Promise<ModelInputs> {
  return inSnapshot(pool, async (tx) => {
    const sources: Partial<Record<SourceName, unknown>> = {};
    for (const name of model.needs) sources[name] = await LOADS[name](tx, run);
    const runs = await runsUsed(tx, model.builtOn ?? [], run.asOf);
    return inputsOf(run.asOf, { ...(sources as Partial<ModelInputs>), runs });
  });
}

async function runsUsed(
  tx: pg.ClientBase,
  models: readonly string[],
  asOf: string,
): Promise<Readonly<Record<string, UsedRun>>> {
  if (models.length === 0) return {};
  const runs = await runsAt(tx, { asOf });
  return Object.fromEntries(
    runs
      .filter(({ model }) => models.includes(model))
      .map(({ model, runId, asOf: at, modelVersion, fit }) => [model, { runId, asOf: at, modelVersion, fit }]),
  );
}
