import type pg from 'pg';
import type { Track } from './cursor.js';
import type { FeedEvent } from './feed-event.js';

// Started twice before at the very same cursor: something there may end the process.
const SUSPECT_STARTS = 3;

const COUNT_START = `INSERT INTO bus.start (consumer, source, positions, starts) VALUES ($1, $2, $3::bigint[], 1)
  ON CONFLICT (consumer, source) DO UPDATE SET positions = excluded.positions,
    starts = CASE WHEN start.positions = excluded.positions THEN start.starts + 1 ELSE 1 END
  RETURNING starts`;
const FORGET_PASSED = `DELETE FROM bus.started_event s USING bus.cursor c WHERE s.consumer = $1 AND s.source = $2
  AND c.consumer = s.consumer AND c.source = s.source AND c.lane = s.lane AND s.position <= c.position`;
const MARKED = 'SELECT FROM bus.started_event WHERE consumer = $1 AND source = $2 LIMIT 1';
const MARK = `INSERT INTO bus.started_event (consumer, source, lane, position, attempts) VALUES ($1, $2, $3, $4, 1)
  ON CONFLICT (consumer, source, lane, position) DO UPDATE SET attempts = started_event.attempts + 1 RETURNING attempts`;
const UNMARK = 'DELETE FROM bus.started_event WHERE consumer = $1 AND source = $2 AND lane = $3 AND position = $4';

/**
 * Finds an event that ends the process. Only the first batch after a start is counted; when it was started again and again,
 * its events are marked one by one, each in a transaction of its own before it is handled.
 */
export class StartedEvents {
  constructor(
    private readonly pool: pg.Pool,
    private readonly consumer: string,
  ) {}

  /** Counts a start at this cursor; whether its first batch has to be handled event by event. */
  async isSuspect(track: Track): Promise<boolean> {
    const whose = [this.consumer, track.source];
    const { rows } = await this.pool.query<{ starts: number }>(COUNT_START, [...whose, track.positions.map(String)]);
    await this.pool.query(FORGET_PASSED, whose);
    const marked = await this.pool.query(MARKED, whose);
    return (rows[0]?.starts ?? 1) >= SUSPECT_STARTS || marked.rowCount === 1;
  }

  /** Marks an event as started and tells how often it was, this time included. */
  async mark(event: FeedEvent): Promise<number> {
    const { rows } = await this.pool.query<{ attempts: number }>(MARK, this.reference(event));
    return rows[0]?.attempts ?? 1;
  }

  /** The process survived the event, well or not. */
  async unmark(event: FeedEvent): Promise<void> {
    await this.pool.query(UNMARK, this.reference(event));
  }

  private reference(event: FeedEvent): unknown[] {
    return [this.consumer, event.source, event.lane, String(event.position)];
  }
}
