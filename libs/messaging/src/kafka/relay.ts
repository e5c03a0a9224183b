import type { LanePositions } from '@crm/event-sourcing';
import type pg from 'pg';
import { BackOff, pause } from '../back-off.js';
import type { Feed } from '../feed.js';
import { LockSession } from '../lock-session.js';
import { silentLogger, type ConsumerLogger } from '../signals.js';
import { describeKafka } from './kafka-errors.js';
import { topicOf, type KafkaSettings } from './kafka-settings.js';
import { RelayOutlet } from './relay-outlet.js';
import { RelaySession } from './relay-session.js';
import type { RelayReporting, RelaySignal } from './relay-signals.js';

const FINISH_MS = 3_000;
const GOOD_WHILE_MS = 60_000;
const READ = 'SELECT lane, incarnation, position FROM bus.relay';

export interface RelayOptions {
  readonly settings: KafkaSettings;
  /** The public feed of the service's own log. */
  readonly feed: Feed;
  /** The service's database: cursors, and one connection more for the locks. */
  readonly pool: pg.Pool;
  readonly logger?: ConsumerLogger;
  readonly observe?: (signal: RelaySignal) => void;
  /** Default: `topicOf`. */
  readonly topic?: (service: string) => string;
  /** How often free lanes are tried and the broker is asked whether it has everything; default 2 s. */
  readonly lookMs?: number;
  /** How often the connection with the locks shows that it lives; after three times that they go to others. Default 5 s. */
  readonly heartbeatMs?: number;
  /** How long a broker may take to answer; default 30 s. */
  readonly patienceMs?: number;
}

/** How far a lane is on the broker. */
export interface RelayLaneStatus {
  readonly lane: number;
  readonly position: bigint;
  readonly head: bigint;
  readonly lag: bigint;
}

export interface RelayStatus {
  readonly source: string;
  readonly lanes: readonly RelayLaneStatus[];
  /** The lanes that this instance publishes. */
  readonly held: readonly number[];
}

/**
 * Publishes a service's log: every position of a lane, in order, to the partition of the same number. Several instances share
 * the lanes; each lane is published by one of them at a time. It never ends by itself, and what it may do twice it may not leave out.
 */
export class Relay {
  private readonly reporting: RelayReporting;
  private readonly topic: string;
  private stopping = new AbortController();
  private cut = new AbortController();
  private running: Promise<void> | undefined;
  private session: RelaySession | undefined;

  constructor(private readonly options: RelayOptions) {
    this.reporting = { logger: options.logger ?? silentLogger, observe: options.observe ?? (() => undefined) };
    this.topic = (options.topic ?? topicOf)(options.feed.service);
  }

  start(): void {
    if (this.running !== undefined) return;
    this.stopping = new AbortController();
    this.cut = new AbortController();
    this.running = this.run();
  }

  /** Ends after what is under way, or a few seconds later without an answer; another instance takes over at once. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const finishing = setTimeout(() => this.cut.abort(), FINISH_MS);
    await this.running;
    clearTimeout(finishing);
    this.running = undefined;
  }

  /** How far every lane is, whichever instance publishes it. */
  async status(): Promise<RelayStatus> {
    const { feed, pool } = this.options;
    const [incarnation, heads, { rows }] = await Promise.all([
      feed.incarnation(),
      feed.heads(),
      pool.query<{ lane: number; incarnation: string; position: bigint }>(READ),
    ]);
    const positions: LanePositions = heads.map(
      (_, lane) => rows.find((row) => row.lane === lane && row.incarnation === incarnation)?.position ?? 0n,
    );
    const lanes = heads.map((head, lane) => {
      const position = positions[lane] ?? 0n;
      return { lane, position, head, lag: head > position ? head - position : 0n };
    });
    return { source: feed.service, lanes, held: this.session?.held ?? [] };
  }

  private async run(): Promise<void> {
    const backOff = new BackOff(100, 5_000);
    while (!this.stopping.signal.aborted) {
      const startedAt = performance.now();
      try {
        await this.compete();
      } catch (error) {
        if (performance.now() - startedAt > GOOD_WHILE_MS) backOff.reset();
        await this.recover(error, backOff.nextMs());
      }
    }
  }

  /** One session: from winning lanes to the loss of the connection on which they are held. */
  private async compete(): Promise<void> {
    const { settings, feed, pool, heartbeatMs = 5_000, lookMs = 2_000, patienceMs = 30_000 } = this.options;
    const { reporting, topic } = this;
    const locks = await LockSession.open(pool, { timeoutMs: heartbeatMs, leaseMs: 3 * heartbeatMs });
    const heartbeat = setInterval(() => void locks.query('SELECT').catch(() => undefined), heartbeatMs);
    try {
      const { logger } = reporting;
      const openOutlet = (signal: AbortSignal): Promise<RelayOutlet> =>
        RelayOutlet.open({ settings, topic, lanes: feed.lanes, logger, patienceMs, signal });
      const { signal: stopping } = this.stopping;
      this.session = new RelaySession({ feed, locks, openOutlet, reporting, lookMs, stopping, cut: this.cut.signal });
      await this.session.run();
    } finally {
      this.session = undefined;
      clearInterval(heartbeat);
      await locks.close();
    }
  }

  private async recover(error: unknown, ms: number): Promise<void> {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    const { service } = this.options.feed;
    const { logger, observe } = this.reporting;
    const described = describeKafka(error);
    logger.warn({ source: service, retryInMs: Math.round(ms), ...described }, 'the relay starts again');
    observe({ kind: 'relay-backing-off', source: service, error: String(described['errorClass']), ms });
    await pause(ms, signal);
  }
}
