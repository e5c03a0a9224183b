import type { Incarnation } from '@crm/event-sourcing';
import type pg from 'pg';
import { isProjection, type Consumer, type Tx } from '../consumer.js';
import { standing } from '../rebuild/rebuild-rows.js';
import { commonHeads, type Common } from './common-positions.js';

/** A lane in which a consumer has handled events that its source does not have any more. */
export interface LostRange {
  readonly lane: number;
  /** Where the consumer stands. */
  readonly position: bigint;
  /** The last event that is still there. */
  readonly common: bigint;
}

/** What is kept for later about an event that is gone. */
export interface HeldReference {
  readonly kind: 'waiting' | 'parked' | 'dead-letter';
  readonly lane: number;
  readonly position: bigint;
  readonly eventId: string;
  readonly key: string;
}

/** What becomes of one consumer of a source that came back. */
export interface ConsumerPlan {
  readonly consumer: string;
  readonly kind: 'projection' | 'reactor';
  /** The incarnation that it followed. */
  readonly followed: string;
  /** False when the source does not know that incarnation: then nothing counts as common, and everything is done again. */
  readonly known: boolean;
  /**
   * `switch`: it has handled nothing that is gone, its cursor counts the new incarnation from where it stands. `rewind`: a
   * reactor goes on after the last common event. `rebuild`: a projection is rebuilt.
   */
  readonly action: 'switch' | 'rewind' | 'rebuild';
  readonly lost: readonly LostRange[];
  /** Removed with the events. */
  readonly held: readonly HeldReference[];
}

/** A source as it came back. */
export interface Restored {
  readonly service: string;
  readonly history: readonly Incarnation[];
}

const BEYOND_COMMON = `JOIN unnest($3::bigint[]) WITH ORDINALITY AS c(head, no) ON r.lane = c.no - 1
  WHERE r.consumer = $1 AND r.source = $2 AND r.position > c.head`;
const HELD = `SELECT 'waiting' AS kind, r.lane, r.position, r.event_id AS "eventId", r.key FROM bus.waiting r ${BEYOND_COMMON}
  UNION ALL SELECT 'parked', r.lane, r.position, r.event_id, r.key FROM bus.parked_event r ${BEYOND_COMMON}
  UNION ALL SELECT 'dead-letter', r.lane, r.position, r.event_id, r.key FROM bus.dead_letter r ${BEYOND_COMMON} AND r.status = 'open'
  ORDER BY lane, position, kind`;

/** The plan for one consumer, or none when its cursor counts the present incarnation. `hold` keeps its cursor where it is. */
export async function planConsumer(
  on: pg.Pool | Tx,
  consumer: Consumer,
  restored: Restored,
  hold = false,
): Promise<ConsumerPlan | undefined> {
  const cursor = await standing(on, consumer.name, restored.service, hold);
  if (cursor === undefined || cursor.incarnation === restored.history.at(-1)?.incarnation) return undefined;
  const { known, heads } = commonHeads(restored.history, cursor.incarnation);
  const lost = cursor.positions.flatMap((position, lane): readonly LostRange[] => {
    const common = heads[lane] ?? 0n;
    return position > common ? [{ lane, position, common }] : [];
  });
  const kind = isProjection(consumer) ? 'projection' : 'reactor';
  return {
    consumer: consumer.name,
    kind,
    followed: cursor.incarnation,
    known,
    action: actionFor(kind, lost),
    lost,
    held: (await on.query<HeldReference>(HELD, [consumer.name, restored.service, heads.map(String)])).rows,
  };
}

function actionFor(kind: ConsumerPlan['kind'], lost: readonly LostRange[]): ConsumerPlan['action'] {
  if (lost.length === 0) return 'switch';
  return kind === 'projection' ? 'rebuild' : 'rewind';
}

const MOVE = `UPDATE bus.cursor r SET incarnation = $4, position = least(r.position, c.head), updated_at = clock_timestamp()
  FROM unnest($3::bigint[]) WITH ORDINALITY AS c(head, no) WHERE r.consumer = $1 AND r.source = $2 AND r.lane = c.no - 1`;
const FORGET = ['waiting', 'parked_event', 'dead_letter'].map(
  (table) => `DELETE FROM bus.${table} r USING unnest($3::bigint[]) WITH ORDINALITY AS c(head, no)
    WHERE r.consumer = $1 AND r.source = $2 AND r.lane = c.no - 1 AND r.position > c.head
    ${table === 'dead_letter' ? `AND r.status = 'open'` : ''}`,
);
const KEEP_LETTERS = `UPDATE bus.dead_letter SET incarnation = $3 WHERE consumer = $1 AND source = $2 AND status = 'open'`;
const FREE_KEYS = `DELETE FROM bus.parked_key k WHERE consumer = $1 AND source = $2
  AND NOT EXISTS (SELECT FROM bus.dead_letter d WHERE d.consumer = $1 AND d.source = $2 AND d.key = k.key AND d.status = 'open')
  AND NOT EXISTS (SELECT FROM bus.parked_event p WHERE p.consumer = $1 AND p.source = $2 AND p.key = k.key)`;
const STARTS = ['start', 'started_event'].map(
  (table) => `DELETE FROM bus.${table} WHERE consumer = $1 AND source = $2`,
);

/** Has a consumer go on with the present incarnation after the last common event, in the transaction that holds its cursor. */
export async function moveCursor(tx: Tx, plan: ConsumerPlan, restored: Restored): Promise<void> {
  const whose = [plan.consumer, restored.service];
  const present = restored.history.at(-1)?.incarnation;
  const { heads }: Common = commonHeads(restored.history, plan.followed);
  await tx.query(MOVE, [...whose, heads.map(String), present]);
  for (const statement of FORGET) await tx.query(statement, [...whose, heads.map(String)]);
  await tx.query(KEEP_LETTERS, [...whose, present]);
  for (const statement of [FREE_KEYS, ...STARTS]) await tx.query(statement, whose);
}
