import type { RfmEdges } from '@crm/customer-models';
import type pg from 'pg';
import { featuresAt } from '../customer-features/features-at.js';
import type { Values } from '../model-run/model.js';
import { LIVE_MODEL, liveRfm } from './live-rfm.js';
import type { ScoreRun } from './score-runs.js';

/** A customer whose score is of another class than the one that was told last, or is about to be. */
export interface ScoreChange {
  readonly partyId: string;
  readonly values: Values;
  readonly class: string;
  /** How often something was told of the customer before. */
  readonly tells: number;
}

const changesSql = (
  edges: RfmEdges,
  now: number,
): string => `SELECT c.party_id AS "partyId", s.score AS values, s.segment AS class,
    coalesce(t.tells, 0) AS tells
  FROM ${featuresAt({ now }, 'd.party_id = ANY($1::uuid[])')} c CROSS JOIN LATERAL ${liveRfm(edges)} s
    LEFT JOIN app.told_score t ON t.model = '${LIVE_MODEL}' AND t.party_id = c.party_id
  WHERE t.class IS DISTINCT FROM s.segment`;
const LAST_RUN =
  'SELECT run_id AS "runId" FROM app.model_run WHERE model = $1 ORDER BY completed_at DESC, run_id DESC LIMIT 1';
const STORED = `SELECT s.party_id AS "partyId", s.score AS values, s.class, coalesce(t.tells, 0) AS tells
  FROM app.customer_score s LEFT JOIN app.told_score t ON t.model = $2 AND t.party_id = s.party_id
  WHERE s.run_id = $1 AND s.class <> '' AND t.class IS DISTINCT FROM s.class AND ($3::uuid IS NULL OR s.party_id > $3)
  ORDER BY s.party_id LIMIT $4`;

/** The run that told last, also when it was about a time before other runs: what it told may not be what holds now. */
export async function lastToldBy(pool: pg.Pool): Promise<string | null> {
  return (await pool.query<{ runId: string }>(LAST_RUN, [LIVE_MODEL])).rows[0]?.runId ?? null;
}

/** Who among some customers is of another class now than was told. */
export async function liveChanges(
  pool: pg.Pool,
  { edges, now, partyIds }: { readonly edges: RfmEdges; readonly now: number; readonly partyIds: readonly string[] },
): Promise<readonly ScoreChange[]> {
  return (await pool.query<ScoreChange>(changesSql(edges, now), [partyIds])).rows;
}

/** Whom a run stored in another class than was told, the next ones after a customer. */
export async function storedChanges(
  pool: pg.Pool,
  { runId, model }: Pick<ScoreRun, 'runId' | 'model'>,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<readonly ScoreChange[]> {
  return (await pool.query<ScoreChange>(STORED, [runId, model, after, limit])).rows;
}
