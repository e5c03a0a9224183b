import type pg from 'pg';
import type { Logger } from '../logging/logger.js';

/** Short, for the steady clock stands still while a machine sleeps. */
const AGAIN_MS = 30_000;
const SOON_MS = 5_000;
/** An answer that took longer tells too little about when it was given. */
const LONG_MS = 1_000;
const NOW = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS time';

/** A time of the server, and when it was that on this process's steady clock. */
interface Known {
  readonly time: number;
  readonly at: number;
}

/**
 * The time of the database server, which all instances of a service share. A process whose own clock is wrong, or jumps, goes
 * on by it: between two questions only the steady clock of the process counts.
 */
export class DatabaseClock {
  private known: Known | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly pool: Pick<pg.Pool, 'query'>,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Whole milliseconds since 1970; by the process's own clock until the server has answered once. */
  readonly now = (): number =>
    this.known === undefined ? Date.now() : Math.floor(this.known.time + performance.now() - this.known.at);

  /** Asks the server, and again from time to time until `stop`. A server that is away or slow is asked again soon. */
  async start(): Promise<void> {
    const isKnown = await this.ask().catch((err: unknown) => {
      this.logger.warn({ err, retryInMs: SOON_MS }, 'the database does not tell the time');
      return false;
    });
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.start(), isKnown ? AGAIN_MS : SOON_MS);
    this.timer.unref();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async ask(): Promise<boolean> {
    const before = performance.now();
    const { rows } = await this.pool.query<{ time: number }>(NOW);
    const after = performance.now();
    const [row] = rows;
    if (row === undefined) return false;
    const wasLong = after - before > LONG_MS;
    if (!wasLong || this.known === undefined) this.known = { time: row.time, at: (before + after) / 2 };
    return !wasLong;
  }
}
