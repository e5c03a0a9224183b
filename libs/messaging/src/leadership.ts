import { Stopwatch } from '@crm/event-sourcing';
import type pg from 'pg';
import { pause, within } from './back-off.js';
import { describeFailure } from './failure.js';
import { LockSession, lockOf } from './lock-session.js';
import { silentLogger, type ConsumerLogger } from './signals.js';

/** Work that is done while leading: it begins when the name is won and ends soon after the signal. */
export type Lead = (signal: AbortSignal) => Promise<void>;

/** Somebody who competes for a name until it is stopped. */
export interface Candidacy {
  readonly leads: boolean;
  /** Ends the work, if there is any, and leaves the name to others. */
  stop(): Promise<void>;
}

export interface LeadershipOptions {
  /** Where to compete; one connection is opened beside the pool's own. */
  readonly pool: pg.Pool;
  readonly logger?: ConsumerLogger;
  /** How often names that others hold are tried; default 1 s. */
  readonly everyMs?: number;
  /** How long the connection may be silent; after three times that, the server gives its names to others. Default 5 s. */
  readonly heartbeatMs?: number;
}

const CLOSE_MS = 5_000;

/**
 * One leader a name among all processes on a database, by advisory locks of one session. The first who asks wins everything;
 * when it ends or its connection is lost, all of its work is told to end, and whoever asks first takes over.
 * It saves double work and is no fence: what two leaders would do in a moment of overlap must be harmless.
 */
export class Leadership {
  private readonly candidates = new Set<Candidate>();
  private readonly logger: ConsumerLogger;
  private readonly everyMs: number;
  private readonly heartbeatMs: number;
  private session: LockSession | undefined;
  private running: Promise<void> | undefined;
  private resting = new AbortController();
  private asked: Stopwatch | undefined;
  private closed = false;

  constructor(private readonly options: LeadershipOptions) {
    this.logger = options.logger ?? silentLogger;
    this.everyMs = options.everyMs ?? 1_000;
    this.heartbeatMs = options.heartbeatMs ?? 5_000;
  }

  /** Competes for a name. Work that ends by itself gives the name up, and competes for it again. */
  lead(name: string, work: Lead): Candidacy {
    if (this.closed) throw new Error('no name can be won any more: leadership is closed');
    const candidate = new Candidate(name, work, this.logger);
    this.candidates.add(candidate);
    this.running ??= this.run();
    this.resting.abort();
    return {
      get leads() {
        return candidate.leads;
      },
      stop: async () => {
        candidate.withdraw();
        await candidate.end();
        this.candidates.delete(candidate);
        this.resting.abort();
      },
    };
  }

  /** Gives every name up at once; work that takes longer than a few seconds to end is not waited for. */
  async close(): Promise<void> {
    this.closed = true;
    this.resting.abort();
    for (const candidate of this.candidates) candidate.withdraw();
    await within(Promise.all([...this.candidates].map((candidate) => candidate.end())), CLOSE_MS);
    await this.disconnect();
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.candidates.size > 0 && !this.closed) {
      this.resting = new AbortController();
      try {
        await this.compete(await this.connected());
      } catch (error) {
        const { errorClass, errorCode } = describeFailure(error);
        this.logger.warn({ errorClass, errorCode }, 'no connection to compete for leadership on');
        await this.disconnect();
      }
      await pause(this.everyMs * (0.75 + Math.random() / 2), this.resting.signal);
    }
    this.running = undefined;
    await this.disconnect();
  }

  private async compete(session: LockSession): Promise<void> {
    const waiting = [...this.candidates].filter((candidate) => candidate.waits);
    if (waiting.length === 0 && this.asked !== undefined && this.asked.ms < this.heartbeatMs) return;
    const taken = await session.take(waiting.map(({ lock }) => lock));
    this.asked = new Stopwatch();
    for (const lock of taken) {
      const winner = waiting.find((candidate) => candidate.lock === lock && candidate.waits);
      if (winner === undefined) await session.release(lock);
      else winner.begin(session);
    }
  }

  private async connected(): Promise<LockSession> {
    if (this.session?.lost.aborted === true) {
      this.logger.warn({}, 'the connection that every leadership hung on is lost: they are competed for again');
      await this.disconnect();
    }
    return (this.session ??= await this.connect());
  }

  private async connect(): Promise<LockSession> {
    const { heartbeatMs } = this;
    const session = await LockSession.open(this.options.pool, { timeoutMs: heartbeatMs, leaseMs: 3 * heartbeatMs });
    session.lost.addEventListener('abort', () => {
      for (const candidate of this.candidates) void candidate.end();
    });
    return session;
  }

  private async disconnect(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    await session?.close();
  }
}

class Candidate {
  readonly lock: string;
  private withdrawn = false;
  private term: { readonly ending: AbortController; readonly over: Promise<void> } | undefined;

  constructor(
    private readonly name: string,
    private readonly work: Lead,
    private readonly logger: ConsumerLogger,
  ) {
    this.lock = lockOf(name);
  }

  get leads(): boolean {
    return this.term !== undefined;
  }

  get waits(): boolean {
    return this.term === undefined && !this.withdrawn;
  }

  begin(session: LockSession): void {
    this.logger.info({ name: this.name }, 'leads');
    const ending = new AbortController();
    if (session.lost.aborted) ending.abort();
    const over = this.carryOut(ending.signal).then(async () => {
      await session.release(this.lock);
      this.term = undefined;
    });
    this.term = { ending, over };
  }

  withdraw(): void {
    this.withdrawn = true;
  }

  async end(): Promise<void> {
    this.term?.ending.abort();
    await this.term?.over;
  }

  private async carryOut(signal: AbortSignal): Promise<void> {
    try {
      await this.work(signal);
    } catch (error) {
      const { errorClass, errorCode, message } = describeFailure(error);
      this.logger.warn({ name: this.name, errorClass, errorCode, reason: message }, 'a leader gave up');
    }
  }
}
