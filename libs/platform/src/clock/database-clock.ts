import os from 'node:os';
import type pg from 'pg';
import type { Logger } from '../logging/logger.js';

const AGAIN_MS = 30_000;
const SOON_MS = 5_000;
/** By so much the clocks of a process differ only when one was set or stood still. */
const ODD_MS = 2_000;
const NOW = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS time';

/** A time, and what the clocks of this process and its machine showed then (milliseconds). */
interface Mark {
  readonly time: number;
  readonly wall: number;
  readonly steady: number;
  readonly up: number;
}

/**
 * The time of the database server, which all instances of a service share. A process whose own clock is wrong, or is set, goes
 * on by it: between two questions the steady clock of the process counts, and the sleep of its machine.
 */
export class DatabaseClock {
  private mark = markOf(Date.now());
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly pool: Pick<pg.Pool, 'query'>,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Whole milliseconds since 1970; by the process's own clock until the server was asked. */
  readonly now = (): number => Math.floor(this.mark.time + elapsedSince(this.mark));

  /** Asks the server, and again from time to time until `stop`. Rejects when it does not answer the first time. */
  async start(): Promise<void> {
    await this.ask();
    this.askIn(AGAIN_MS);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private askIn(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.askAgain(), ms);
    this.timer.unref();
  }

  private async askAgain(): Promise<void> {
    try {
      await this.ask();
      this.askIn(AGAIN_MS);
    } catch (err) {
      if (!this.stopped) this.logger.warn({ err, retryInMs: SOON_MS }, 'the database does not tell the time');
      this.askIn(SOON_MS);
    }
  }

  /** The server's time now is its answer or up to as much later as that took: within it, the time told so far is left alone. */
  private async ask(): Promise<void> {
    const before = performance.now();
    const { rows } = await this.pool.query<{ time: number }>(NOW);
    const tookMs = performance.now() - before;
    const earliest = rows[0]?.time ?? NaN;
    if (Number.isNaN(earliest)) throw new Error('the answer holds no time');
    this.mark = markOf(Math.min(Math.max(this.now(), earliest), earliest + tookMs));
  }
}

function markOf(time: number): Mark {
  return { time, wall: Date.now(), steady: performance.now(), up: os.uptime() * 1_000 };
}

function elapsedSince({ wall, steady, up }: Mark): number {
  const steadyMs = performance.now() - steady;
  if (Math.abs(Date.now() - wall - steadyMs) < ODD_MS) return steadyMs;
  // Set, or asleep: only how long the machine has been up tells the two apart.
  const upMs = os.uptime() * 1_000 - up;
  return upMs - steadyMs < ODD_MS ? steadyMs : upMs;
}
