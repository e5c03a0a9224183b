import type pg from 'pg';
import type { CoveredLoop } from '../campaign-result/campaign-result.events.js';
import type { CampaignPlan } from './known-campaign.js';

type Counts = Readonly<Record<string, number>>;
type Time = string | null;

/** What is known of a loop as such: its list, its wave and its campaign. */
export interface LoopFacts {
  readonly loopId: string;
  readonly campaignId: string;
  readonly beganAt: string;
  readonly origin: 'delivered' | 'elsewhere' | null;
  readonly facts: bigint | null;
  readonly refreshedAt: Time;
  readonly runsAsked: number;
  readonly runsSeen: number;
  readonly customers: number;
  readonly firstRunAt: Time;
  readonly lastRunAt: Time;
  readonly definedAt: Time;
  readonly selected: number | null;
  readonly suppressed: Counts | null;
  readonly frozen: number | null;
  readonly frozenAt: Time;
  readonly deliveredAt: Time;
  readonly startedAt: Time;
  readonly toldAccepted: number | null;
  readonly toldRejected: number | null;
  readonly loadedAt: Time;
  readonly completedAt: Time;
  readonly plan: CampaignPlan | null;
  readonly approvedAt: Time;
  readonly paused: boolean | null;
  readonly closedAt: Time;
}

/** A loop's members by what happened to them; what is out of step counts for itself. */
export interface MemberCounts {
  readonly delivered: number;
  readonly deliveredFirst: Time;
  readonly deliveredLast: Time;
  readonly accepted: number;
  readonly treated: number;
  readonly loadedFirst: Time;
  readonly loadedLast: Time;
  readonly assigned: number;
  readonly assignedFirst: Time;
  readonly assignedLast: Time;
  readonly presented: number;
  readonly undetermined: number;
  readonly settledFirst: Time;
  readonly settledLast: Time;
  /** Treated, although no chunk brought them. */
  readonly notLoaded: number;
  /** Settled, although nobody assigned them. */
  readonly notAssigned: number;
  readonly erasedUnassigned: number;
  readonly erasedOpen: number;
  readonly rejected: Counts;
  readonly skipped: Counts;
}

/** A loop's responses by how far they have come. */
export interface ResponseCounts {
  readonly responses: number;
  readonly heard: number;
  readonly heardFirst: Time;
  readonly heardLast: Time;
  readonly recorded: number;
  readonly recordedFirst: Time;
  readonly recordedLast: Time;
  readonly classified: number;
  readonly classifiedFirst: Time;
  readonly classifiedLast: Time;
  readonly projected: number;
  readonly projectedFirst: Time;
  readonly projectedLast: Time;
  readonly erasedUnclassified: number;
  /** Heard of members, and neither matched nor found to match nobody. */
  readonly unmatched: number;
  readonly erasedUnmatched: number;
}

/** One version of the campaign's result, as far as this loop is concerned. */
export interface ResultVersion {
  readonly version: number;
  readonly closed: boolean;
  readonly loop: CoveredLoop | undefined;
  readonly at: string;
  readonly publishedAt: Time;
  readonly viewedFirst: Time;
  readonly viewedLast: Time;
}

export interface LoopCounts extends LoopFacts {
  readonly members: MemberCounts;
  readonly responses: ResponseCounts;
  /** The last fact in each lane that counts in the result. */
  readonly lastFacts: CoveredLoop['facts'];
  /** Oldest first. */
  readonly results: readonly ResultVersion[];
}

const span = (column: string, name: string): string =>
  `min(${column}) AS "${name}First", max(${column}) AS "${name}Last"`;

const LOOPS = `SELECT l.loop_id AS "loopId", l.campaign_id AS "campaignId", l.began_at AS "beganAt",
    coalesce(l.origin, CASE WHEN l.defined_at IS NOT NULL OR l.frozen_at IS NOT NULL THEN 'delivered' END) AS origin,
    f.facts, f.at AS "refreshedAt", cardinality(coalesce(l.run_ids, '{}')) AS "runsAsked", r.*,
    l.defined_at AS "definedAt", l.selected, l.suppressed, l.frozen, l.frozen_at AS "frozenAt", l.delivered_at AS "deliveredAt",
    l.started_at AS "startedAt", l.accepted AS "toldAccepted", l.rejected AS "toldRejected", l.loaded_at AS "loadedAt",
    l.completed_at AS "completedAt", c.plan, c.approved_at AS "approvedAt", c.paused, c.closed_at AS "closedAt"
  FROM loop l LEFT JOIN campaign c USING (campaign_id) LEFT JOIN loop_refresh f USING (refresh_id),
    LATERAL (SELECT count(*)::int AS "runsSeen", coalesce(max(customers), 0) AS customers, min(at) AS "firstRunAt", max(at) AS "lastRunAt"
      FROM loop_run r WHERE r.run_id = ANY(l.run_ids)) r
  WHERE l.loop_id = ANY($1::uuid[])`;
// Each hop counts among what the hop before it knows: a message that is lost shows where it is missing, and there only.
const LOADED = 'm.arm IS NOT NULL';
const ASSIGNED = `${LOADED} AND m.assigned_at IS NOT NULL`;
const MEMBERS = `SELECT m.loop_id AS "loopId", count(m.delivered_at)::int AS delivered, ${span('m.delivered_at', 'delivered')},
    count(m.arm)::int AS accepted, count(*) FILTER (WHERE m.arm <> 'control')::int AS treated, ${span('m.loaded_at', 'loaded')},
    count(m.assigned_at) FILTER (WHERE ${LOADED})::int AS assigned, ${span('m.assigned_at', 'assigned')},
    count(*) FILTER (WHERE ${ASSIGNED} AND m.outcome = 3)::int AS presented,
    count(*) FILTER (WHERE ${ASSIGNED} AND m.outcome = 1)::int AS undetermined, ${span('m.settled_at', 'settled')},
    count(*) FILTER (WHERE m.arm IS NULL AND (m.assigned_at IS NOT NULL OR m.outcome IS NOT NULL))::int AS "notLoaded",
    count(*) FILTER (WHERE ${LOADED} AND m.assigned_at IS NULL AND m.outcome IS NOT NULL)::int AS "notAssigned",
    count(*) FILTER (WHERE m.arm <> 'control' AND m.assigned_at IS NULL AND m.outcome IS NULL AND t.key IS NOT NULL)::int AS "erasedUnassigned",
    count(*) FILTER (WHERE ${ASSIGNED} AND m.outcome IS NULL AND t.key IS NOT NULL)::int AS "erasedOpen"
  FROM loop_member m LEFT JOIN es.tombstone t ON t.key = m.party_id WHERE m.loop_id = ANY($1::uuid[]) GROUP BY m.loop_id`;
const REASONS = `SELECT loop_id AS "loopId", 'rejected' AS what, rejected AS reason, count(*)::int AS members
    FROM loop_member WHERE loop_id = ANY($1::uuid[]) AND rejected IS NOT NULL GROUP BY loop_id, rejected
  UNION ALL SELECT loop_id, 'skipped', coalesce(reason, 'unknown'), count(*)::int
    FROM loop_member m WHERE loop_id = ANY($1::uuid[]) AND ${ASSIGNED} AND outcome = 2 GROUP BY loop_id, reason`;
const RESPONSES = `SELECT r.loop_id AS "loopId", count(*)::int AS responses, count(h.heard_at)::int AS heard, ${span('h.heard_at', 'heard')},
    count(r.recorded_at)::int AS recorded, ${span('r.recorded_at', 'recorded')},
    count(r.classified_at)::int AS classified, ${span('r.classified_at', 'classified')},
    count(*) FILTER (WHERE r.position <= p.position)::int AS projected,
    min(p.first_at) AS "projectedFirst", max(p.last_at) AS "projectedLast",
    count(*) FILTER (WHERE r.classified_at IS NULL AND t.key IS NOT NULL)::int AS "erasedUnclassified"
  FROM loop_response r LEFT JOIN heard_response h USING (response_id) LEFT JOIN es.tombstone t ON t.key = r.party_id
    LEFT JOIN loop_projected p ON p.loop_id = r.loop_id AND p.lane = r.lane
  WHERE r.loop_id = ANY($1::uuid[]) GROUP BY r.loop_id`;
const UNMATCHED = `SELECT l.loop_id AS "loopId", count(*) FILTER (WHERE t.key IS NULL)::int AS unmatched, count(t.key)::int AS "erasedUnmatched"
  FROM loop l JOIN campaign c USING (campaign_id) JOIN loop_member m USING (loop_id)
    JOIN heard_response h ON h.party_id = m.party_id AND h.recorded_at IS NULL
    LEFT JOIN es.tombstone t ON t.key = m.party_id
  WHERE l.loop_id = ANY($1::uuid[]) AND m.arm IS NOT NULL AND (
    (NOT h.is_order AND h.treatment_id = m.treatment_id)
    OR ((NOT h.is_order OR c.plan->'response'->>'conversion' = 'order') AND h.at > l.started_at
      AND h.at <= l.started_at + (c.plan->'response'->>'windowDays')::int * interval '1 day'))
  GROUP BY l.loop_id`;
const LAST_FACTS = `SELECT loop_id AS "loopId", jsonb_agg(jsonb_build_object('lane', lane, 'position', position::text) ORDER BY lane) AS facts
  FROM loop_fact WHERE loop_id = ANY($1::uuid[]) GROUP BY loop_id`;
const RESULTS = `SELECT r.campaign_id AS "campaignId", r.version, r.closed, r.loops, r.at, p.at AS "publishedAt",
    v.first AS "viewedFirst", v.last AS "viewedLast"
  FROM campaign_result r LEFT JOIN result_publication p USING (campaign_id, version),
    LATERAL (SELECT min(at) AS first, max(at) AS last FROM result_view v WHERE v.campaign_id = r.campaign_id AND v.version = r.version) v
  WHERE r.campaign_id = ANY($1::uuid[]) ORDER BY r.campaign_id, r.version`;

const NO_MEMBERS: Omit<MemberCounts, 'rejected' | 'skipped'> = {
  ...{ delivered: 0, accepted: 0, treated: 0, assigned: 0, presented: 0, undetermined: 0 },
  ...{ notLoaded: 0, notAssigned: 0, erasedUnassigned: 0, erasedOpen: 0 },
  ...{ deliveredFirst: null, deliveredLast: null, loadedFirst: null, loadedLast: null },
  ...{ assignedFirst: null, assignedLast: null, settledFirst: null, settledLast: null },
};
const NO_RESPONSES: Omit<ResponseCounts, 'unmatched' | 'erasedUnmatched'> = {
  ...{ responses: 0, heard: 0, recorded: 0, classified: 0, projected: 0, erasedUnclassified: 0 },
  ...{ heardFirst: null, heardLast: null, recordedFirst: null, recordedLast: null },
  ...{ classifiedFirst: null, classifiedLast: null, projectedFirst: null, projectedLast: null },
};

interface OfLoop {
  readonly loopId: string;
}

/** Counts the rows of some loops, in the order of the ids; in a transaction that sees one state, all counts belong together. */
export async function loopCounts(tx: pg.ClientBase, loopIds: readonly string[]): Promise<readonly LoopCounts[]> {
  const rows = async <Row>(sql: string, ids = loopIds): Promise<readonly Row[]> =>
    (await tx.query(sql, [ids])).rows as Row[];
  const loops = await rows<LoopFacts>(LOOPS);
  const members = byLoop(await rows<OfLoop & typeof NO_MEMBERS>(MEMBERS));
  const reasons = await rows<OfLoop & { readonly what: string; readonly reason: string; readonly members: number }>(
    REASONS,
  );
  const responses = byLoop(await rows<OfLoop & typeof NO_RESPONSES>(RESPONSES));
  const unmatched = byLoop(await rows<OfLoop & Pick<ResponseCounts, 'unmatched' | 'erasedUnmatched'>>(UNMATCHED));
  const facts = byLoop(await rows<OfLoop & Pick<CoveredLoop, 'facts'>>(LAST_FACTS));
  const results = await rows<ResultRow>(RESULTS, [...new Set(loops.map(({ campaignId }) => campaignId))]);
  const known = byLoop(loops);
  return loopIds.flatMap((loopId) => {
    const loop = known.get(loopId);
    if (loop === undefined) return [];
    const reasonsOf = (what: string): Counts =>
      Object.fromEntries(
        reasons.flatMap((one) => (one.loopId === loopId && one.what === what ? [[one.reason, one.members]] : [])),
      );
    return {
      ...loop,
      members: {
        ...(members.get(loopId) ?? NO_MEMBERS),
        rejected: reasonsOf('rejected'),
        skipped: reasonsOf('skipped'),
      },
      responses: {
        ...(responses.get(loopId) ?? NO_RESPONSES),
        ...(unmatched.get(loopId) ?? { unmatched: 0, erasedUnmatched: 0 }),
      },
      lastFacts: facts.get(loopId)?.facts ?? [],
      results: results.filter(({ campaignId }) => campaignId === loop.campaignId).map((row) => versionFor(loopId, row)),
    };
  });
}

interface ResultRow extends Omit<ResultVersion, 'loop'> {
  readonly campaignId: string;
  readonly loops: readonly CoveredLoop[];
}

function versionFor(loopId: string, { loops, campaignId: _, ...version }: ResultRow): ResultVersion {
  return { ...version, loop: loops.find((loop) => loop.loopId === loopId) };
}

function byLoop<Row extends OfLoop>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.loopId, row]));
}
