import type pg from 'pg';
import type { Tx } from './consumer.js';
import { advanceAndLook, heldKeys, type HeldKeys, type Track } from './cursor.js';
import { CursorMoved } from './errors.js';
import type { FeedEvent } from './feed-event.js';
import type { Settlement } from './settlement.js';

/** Where a batch comes from, which decides what makes handling it happen once. */
export interface Step {
  /** Which keys are held, before anything is done. */
  look(pool: pg.Pool, keys: readonly string[]): Promise<HeldKeys>;
  /** Takes the batch in the transaction, or throws `CursorMoved` when somebody else did. */
  take(tx: Tx, keys: readonly string[]): Promise<HeldKeys>;
  finish?(tx: Tx, settlement: Settlement): Promise<void>;
}

/** Events that follow the cursor. */
export function streamStep(consumer: string, track: Track): Step {
  return {
    look: (pool, keys) => heldKeys(pool, consumer, track.source, keys),
    take: (tx, keys) => advanceAndLook(tx, consumer, track, keys),
  };
}

const COUNT_WAITING = `SELECT count(*)::int AS n FROM bus.waiting w JOIN unnest($3::smallint[], $4::bigint[]) AS r(lane, position)
  USING (lane, position) WHERE w.consumer = $1 AND w.source = $2`;
const END_WAITING = `DELETE FROM bus.waiting w USING unnest($3::smallint[], $4::bigint[]) AS r(lane, position)
  WHERE w.consumer = $1 AND w.source = $2 AND w.lane = r.lane AND w.position = r.position`;

/** Events that waited and are due. */
export function waitingStep(consumer: string, source: string, events: readonly FeedEvent[]): Step {
  const look = async (on: pg.Pool | Tx, keys: readonly string[]): Promise<HeldKeys> => {
    const { parked } = await heldKeys(on, consumer, source, keys);
    return { parked, waiting: new Map() };
  };
  return {
    look,
    take: async (tx, keys) => {
      const { rows } = await tx.query<{ n: number }>(COUNT_WAITING, [consumer, source, ...references(events)]);
      if (rows[0]?.n !== events.length) throw new CursorMoved(consumer);
      return look(tx, keys);
    },
    finish: async (tx, settlement) => {
      const still = new Set(settlement.waiting.map(({ event }) => event));
      const ended = events.filter((event) => !still.has(event));
      if (ended.length > 0) await tx.query(END_WAITING, [consumer, source, ...references(ended)]);
    },
  };
}

const OPEN = `SELECT FROM bus.dead_letter WHERE consumer = $1 AND source = $2 AND lane = $3 AND position = $4 AND status = 'open'
  UNION ALL SELECT FROM bus.parked_event WHERE consumer = $1 AND source = $2 AND lane = $3 AND position = $4`;
const REPLAYED = `UPDATE bus.dead_letter SET status = 'replayed', resolved_by = $5, resolved_at = clock_timestamp()
  WHERE consumer = $1 AND source = $2 AND lane = $3 AND position = $4 AND status = 'open'`;
const UNPARK = 'DELETE FROM bus.parked_event WHERE consumer = $1 AND source = $2 AND lane = $3 AND position = $4';

/** A dead letter, or an event parked behind one, on an operator's word. */
export function replayStep(consumer: string, event: FeedEvent, by: string): Step {
  const reference = [consumer, event.source, event.lane, String(event.position)];
  const look = async (on: pg.Pool | Tx, keys: readonly string[]): Promise<HeldKeys> => {
    const { waiting } = await heldKeys(on, consumer, event.source, keys);
    return { parked: new Set(), waiting };
  };
  return {
    look,
    take: async (tx, keys) => {
      if ((await tx.query(OPEN, reference)).rowCount === 0) throw new CursorMoved(consumer);
      return look(tx, keys);
    },
    finish: async (tx, settlement) => {
      await tx.query(UNPARK, reference);
      if (settlement.poison.length === 0) await tx.query(REPLAYED, [...reference, by]);
    },
  };
}

function references(events: readonly FeedEvent[]): [number[], string[]] {
  return [events.map((event) => event.lane), events.map((event) => String(event.position))];
}
