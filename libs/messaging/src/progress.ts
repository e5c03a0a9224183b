import type pg from 'pg';
import { pause } from './back-off.js';

/** A position of a source that a reader wants to see projected. */
export interface AwaitedPosition {
  readonly source: string;
  readonly incarnation?: string;
  readonly lane: number;
  readonly position: bigint;
}

const BEHIND = {
  name: 'bus-behind',
  text: `SELECT FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::bigint[]) AS w(consumer, source, incarnation, lane, position)
    LEFT JOIN bus.cursor c USING (consumer, source, lane)
    WHERE c.position IS NULL OR c.position < w.position OR (w.incarnation <> '' AND c.incarnation <> w.incarnation) LIMIT 1`,
};

/** Wakes those who wait for consumers of this process; others see their progress in the cursor rows. */
export class Progress {
  private readonly waiters = new Set<() => void>();

  readonly tell = (): void => {
    for (const waiter of [...this.waiters]) waiter();
  };

  /** Resolves at the next progress in this process, or after `ms`. */
  async next(ms: number): Promise<void> {
    const told = new AbortController();
    const waiter = (): void => {
      told.abort();
    };
    this.waiters.add(waiter);
    await pause(ms, told.signal);
    this.waiters.delete(waiter);
  }

  /** Repeats a check until it holds or the time is over; whether it holds. */
  async until(holds: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
    const end = performance.now() + timeoutMs;
    for (let ms = 5; ; ms = Math.min(50, ms * 2)) {
      if (await holds()) return true;
      const rest = end - performance.now();
      if (rest <= 0) return false;
      await this.next(Math.min(ms, rest));
    }
  }
}

/** Whether the cursors of these consumers have passed all of the positions. */
export async function havePassed(
  pool: pg.Pool,
  awaited: readonly (AwaitedPosition & { readonly consumer: string })[],
): Promise<boolean> {
  if (awaited.length === 0) return true;
  const values = [
    awaited.map(({ consumer }) => consumer),
    awaited.map(({ source }) => source),
    awaited.map(({ incarnation }) => incarnation ?? ''),
    awaited.map(({ lane }) => lane),
    awaited.map(({ position }) => String(position)),
  ];
  return (await pool.query({ ...BEHIND, values })).rowCount === 0;
}
