import { unhurried } from '@crm/event-sourcing';
import type pg from 'pg';
import { BEYOND, BATCH, readReferences, type Feed } from '../feed.js';
import type { FeedEvent } from '../feed-event.js';
import { commonHeads } from './common-positions.js';
import type { ConsumerPlan, Restored } from './consumer-plan.js';

/** An event of the own log whose cause is gone: it stays, and somebody has to look at it. */
export interface EffectWithoutCause {
  readonly lane: number;
  readonly position: bigint;
  readonly eventId: string;
  readonly streamId: string;
  readonly type: string;
  readonly recordedAt: string;
  readonly causationId: string;
}

/** Events that a source does not have any more, where they can still be read, such as in its topic. */
export type LostEvents = (range: {
  readonly source: string;
  readonly incarnation: string;
  readonly lane: number;
  readonly after: bigint;
  readonly to: bigint;
}) => Promise<readonly Pick<FeedEvent, 'position' | 'eventId'>[]>;

export interface LostCauseOptions {
  /** Of the service whose effects they are. */
  readonly pool: pg.Pool;
  /** The public feeds of all services whose events may be causes here; the source's included. */
  readonly feeds: readonly Feed[];
  readonly lost?: LostEvents;
}

/** More than clocks may differ or jump, and than an append may take. */
const MARGIN_MS = 2 * 3_600_000;
const EVER = '-infinity';

const EFFECTS = `SELECT e.lane, e.position, e.event_id AS "eventId", e.stream_id AS "streamId", e.type,
    e.recorded_at AS "recordedAt", e.meta->>'causationId' AS "causationId"
  FROM es.event e WHERE e.recorded_at >= $1::timestamptz AND e.meta->>'causationId' IS NOT NULL`;
const OF_CAUSES = `${EFFECTS} AND e.meta->>'causationId' = ANY($2::text[]) ORDER BY e.lane, e.position`;
const OF_OTHERS = `${EFFECTS}
  AND NOT EXISTS (SELECT FROM es.event c WHERE c.event_id::text = e.meta->>'causationId')
  AND NOT EXISTS (SELECT FROM es.command_log l WHERE l.command_id::text = e.meta->>'causationId') ORDER BY e.lane, e.position`;

/**
 * The effects of what reactors were told by events that are gone. Where all of those can still be read, their ids say it;
 * otherwise an effect is without a cause when neither the own log nor any feed holds the event that it names.
 */
export async function effectsWithoutCause(
  options: LostCauseOptions,
  plans: readonly ConsumerPlan[],
  source: { readonly feed: Feed; readonly restored: Restored },
): Promise<readonly EffectWithoutCause[]> {
  const rewound = plans.filter(({ action }) => action === 'rewind');
  if (rewound.length === 0) return [];
  const since = await lostSince(rewound, source);
  const ids = await lostIds(options, rewound, source.restored.service);
  if (ids !== undefined) return select(options.pool, OF_CAUSES, [since, ids]);
  const effects = await select(options.pool, OF_OTHERS, [since]);
  const causes = new Set(effects.map(({ causationId }) => causationId).filter((id) => isEventSince(id, since)));
  for (const feed of options.feeds) await removeHeld(feed, causes, since);
  return effects.filter(({ causationId }) => causes.has(causationId));
}

/** Nothing that is gone was recorded before this: everything before is in the backup that the source came back from. */
async function lostSince(
  plans: readonly ConsumerPlan[],
  { feed, restored }: { readonly feed: Feed; readonly restored: Restored },
): Promise<string> {
  const times: string[] = [];
  for (const followed of new Set(plans.map((plan) => plan.followed))) {
    const { heads } = commonHeads(restored.history, followed);
    const last = await readReferences(
      feed,
      heads.flatMap((position, lane) => (position === 0n ? [] : [{ lane, position }])),
    );
    times.push(
      last
        .map(({ recordedAt }) => recordedAt)
        .sort()
        .at(-1) ?? '',
    );
  }
  const [first = ''] = times.sort();
  return first === '' ? EVER : new Date(Date.parse(first) - MARGIN_MS).toISOString();
}

/** The ids of all events that are gone, or nothing when not all of them can be read. */
async function lostIds(
  { lost }: LostCauseOptions,
  plans: readonly ConsumerPlan[],
  source: string,
): Promise<readonly string[] | undefined> {
  if (lost === undefined) return undefined;
  const ids = new Set<string>();
  for (const { followed, lost: ranges } of plans)
    for (const { lane, common, position } of ranges) {
      const events = await lost({ source, incarnation: followed, lane, after: common, to: position });
      if (new Set(events.map((event) => event.position)).size < Number(position - common)) return undefined;
      for (const event of events) ids.add(event.eventId);
    }
  return [...ids];
}

/** Event ids begin with the time at which they were made; a command's id is none. */
function isEventSince(id: string, since: string): boolean {
  if (id[14] !== '7') return false;
  return since === EVER || parseInt(id.slice(0, 8) + id.slice(9, 13), 16) >= Date.parse(since);
}

/** Takes out the ids that a feed holds, from its newest events back to a time. */
async function removeHeld(feed: Feed, ids: Set<string>, since: string): Promise<void> {
  const oldest = since === EVER ? '' : new Date(Date.parse(since) - MARGIN_MS).toISOString();
  let ends = await feed.heads();
  while (ids.size > 0 && ends.some((end) => end > 0n)) {
    const starts = ends.map((end) => (end > BigInt(BATCH) ? end - BigInt(BATCH) : 0n));
    const page = await feed.read(
      starts.map((start, lane) => (ends[lane] === 0n ? BEYOND : start)),
      BATCH,
    );
    for (const event of page) ids.delete(event.eventId);
    const past = new Set(page.filter(({ recordedAt }) => recordedAt < oldest).map(({ lane }) => lane));
    ends = starts.map((start, lane) => (past.has(lane) ? 0n : start));
  }
}

/** A look through the whole log may take longer than a statement of a service. */
async function select(pool: pg.Pool, text: string, values: unknown[]): Promise<readonly EffectWithoutCause[]> {
  const tx = await pool.connect();
  try {
    await tx.query('BEGIN READ ONLY; SET LOCAL statement_timeout = 0');
    const { rows } = await tx.query<EffectWithoutCause>(unhurried(text), values);
    await tx.query('COMMIT');
    return rows;
  } catch (error) {
    await tx.query('ROLLBACK');
    throw error;
  } finally {
    tx.release();
  }
}
