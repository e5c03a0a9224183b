import type pg from 'pg';

const AGAIN_MS = 600_000;
const SOON_MS = 5_000;
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

  constructor(private readonly pool: Pick<pg.Pool, 'query'>) {}

  /** Milliseconds since 1970; by the process's own clock until the server has answered once. */
  readonly now = (): number =>
    this.known === undefined ? Date.now() : this.known.time + performance.now() - this.known.at;

  /** Asks the server, and again from time to time until `stop`. A server that is away is asked again soon. */
  async start(): Promise<void> {
    const hasAnswered = await this.ask().catch(() => false);
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.start(), hasAnswered ? AGAIN_MS : SOON_MS);
    this.timer.unref();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async ask(): Promise<boolean> {
    const before = performance.now();
    const { rows } = await this.pool.query<{ time: number }>(NOW);
    const [row] = rows;
    if (row === undefined) return false;
    this.known = { time: row.time, at: (before + performance.now()) / 2 };
    return true;
  }
}
