import type pg from 'pg';
import type { CampaignJudgement } from '../campaign-result/campaign-result.events.js';
import { CONTACTS_HAD } from '../contact/contacts-had.js';
import { ratioOf, type Finding, type KpiPart, type KpiPeriod } from './kpi.js';

const RESULTS = `SELECT DISTINCT ON (r.campaign_id) r.campaign_id AS "campaignId", r.version, r.result FROM campaign_result r
  WHERE EXISTS (SELECT FROM loop l WHERE l.campaign_id = r.campaign_id
    AND l.started_at >= $1::date::timestamp AT TIME ZONE 'UTC' AND l.started_at < ($2::date + 1)::timestamp AT TIME ZONE 'UTC')
  ORDER BY r.campaign_id, r.version DESC`;
const CHANNELS = `SELECT coalesce(c.channel, 'unknown') AS key, count(*)::int AS denominator, count(*) FILTER (WHERE EXISTS (
      SELECT FROM loop_response r WHERE r.loop_id = c.loop_id AND r.party_id = c.party_id AND r.class IN ('response', 'conversion')))::int AS numerator
  FROM ${CONTACTS_HAD} c WHERE c.loop_id IS NOT NULL
    AND c.at >= $1::date::timestamp AT TIME ZONE 'UTC' AND c.at < ($2::date + 1)::timestamp AT TIME ZONE 'UTC'
  GROUP BY 1 ORDER BY 1`;

type Counts = Pick<KpiPart, 'numerator' | 'denominator'>;

/** What campaigns brought about beyond what would have happened anyway. */
export async function campaignEffect(tx: pg.ClientBase, { from, to }: KpiPeriod): Promise<Finding> {
  interface Row {
    readonly campaignId: string;
    readonly version: number;
    readonly result: CampaignJudgement;
  }
  const { rows } = await tx.query<Row>(RESULTS, [from, to]);
  const parts = rows.map(({ campaignId, result }) => partOf(campaignId, conversionsBeyondControl(result)));
  const results = rows.map(({ campaignId, version }) => ({ campaignId, version }));
  return { ...total(parts, 'no-result'), parts, results };
}

/** Which share of the contacts of campaigns was answered, by channel. */
export async function channelEffect(tx: pg.ClientBase, { from, to }: KpiPeriod): Promise<Finding> {
  const { rows } = await tx.query<Counts & { readonly key: string }>(CHANNELS, [from, to]);
  const parts = rows.map(({ key, ...counts }) => partOf(key, counts));
  return { ...total(parts, 'no-contacts'), parts };
}

/** Arms without a control group to be held against say nothing of an effect, so their members do not count. */
function conversionsBeyondControl({ arms, effects }: CampaignJudgement): Counts {
  const measured = effects.flatMap(({ metric, arm, effect }) => {
    const members = arms.find((one) => one.arm === arm)?.members ?? 0;
    return metric === 'conversion' && effect !== null ? [{ members, conversions: effect * members }] : [];
  });
  return {
    numerator: measured.reduce((sum, { conversions }) => sum + conversions, 0),
    denominator: measured.reduce((sum, { members }) => sum + members, 0),
  };
}

function partOf(key: string, { numerator, denominator }: Counts): KpiPart {
  return { key, value: denominator === 0 ? null : numerator / denominator, numerator, denominator };
}

function total(parts: readonly KpiPart[], otherwise: 'no-result' | 'no-contacts'): Finding {
  const numerator = parts.reduce((sum, part) => sum + part.numerator, 0);
  const denominator = parts.reduce((sum, part) => sum + part.denominator, 0);
  return ratioOf(numerator, denominator, otherwise);
}
