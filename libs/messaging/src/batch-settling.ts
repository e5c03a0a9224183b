import type pg from 'pg';
import { pause } from './back-off.js';
import { BatchApply, HandlerFailure, PutAside, type Apply } from './batch-apply.js';
import { isProjection, type Consumer, type Reactor } from './consumer.js';
import { inEffectTransaction, type EffectScope } from './effect-transaction.js';
import { CursorMoved, NeedsMore, isInfrastructure } from './errors.js';
import { inEventSpans } from './event-spans.js';
import type { FeedEvent } from './feed-event.js';
import { ReactionRound } from './reaction-round.js';
import { Settlement, type Finding } from './settlement.js';
import { writeSettlement } from './settlement-rows.js';
import type { Reporting } from './signals.js';
import type { Step } from './steps.js';

const RETRY_MS = 50;

interface SettlingOptions {
  readonly pool: pg.Pool;
  readonly service: string;
  readonly consumer: Consumer;
  readonly schema?: string;
  readonly attempts: number;
  readonly reporting: Reporting;
}

/** Brings batches to an end: every event of one is handled or kept, in the transaction that takes it. */
export class BatchSettling {
  private readonly scope: EffectScope;
  private round: ReactionRound | undefined;
  private released = false;

  constructor(
    private readonly options: SettlingOptions,
    private readonly name: string,
  ) {
    this.scope = { pool: options.pool, consumer: name, schema: options.schema ?? 'rm' };
  }

  /** Whether something that waited was released since the last call. */
  takeReleased(): boolean {
    const { released } = this;
    this.released = false;
    return released;
  }

  /** Handles events by a step; throws only what is not the events' fault, and then nothing was done. */
  async settle(
    events: readonly FeedEvent[],
    step: Step,
    found: ReadonlyMap<string, Finding> = new Map(),
    attempts = this.options.attempts,
  ): Promise<Settlement> {
    const findings = new Map(found);
    const apply = await this.prepare(events, step, findings, attempts);
    for (let attempt = 1, apart = attempts === 1; ;) {
      try {
        const settlement = await this.traced(events, () =>
          this.commit(events, step, { findings, apply, apart, attempts }),
        );
        this.round = undefined;
        this.report(settlement);
        return settlement;
      } catch (error) {
        if (error instanceof PutAside)
          for (const { event, needs } of error.events) findings.set(event.eventId, { is: 'waiting', needs });
        else if (!(error instanceof HandlerFailure)) throw error;
        else if (isInfrastructure(error.cause)) throw error.cause;
        else if (error.cause instanceof NeedsMore) apart = true;
        else {
          await pause(RETRY_MS * attempt);
          apart = ++attempt >= attempts;
        }
      }
    }
  }

  /** A projection does everything in the transaction; a reactor's commands come before it, only what they left to do is applied. */
  private async prepare(
    events: readonly FeedEvent[],
    step: Step,
    findings: Map<string, Finding>,
    attempts: number,
  ): Promise<Apply> {
    const { consumer, pool } = this.options;
    if (isProjection(consumer)) return (tx, batch, flow) => consumer.apply(tx, batch, flow);
    const round = this.roundOf(consumer, attempts);
    const open = events.filter((event) => !findings.has(event.eventId));
    await round.run(open, await step.look(pool, keysOf(events)));
    for (const [eventId, finding] of round.findings) findings.set(eventId, finding);
    return async (tx, batch, flow) => {
      for (const event of batch) {
        const done = round.done.get(event.eventId);
        // Held when the reactor ran and no longer: it runs again.
        if (done === undefined) throw new CursorMoved(this.name);
        for (const effect of done.effects) await effect(tx);
        for (const key of done.satisfied) flow.satisfied(key);
      }
    };
  }

  /** A reactor's spans are around its reactions, and a rebuild goes on with no trace. */
  private traced<T>(events: readonly FeedEvent[], work: () => Promise<T>): Promise<T> {
    const { consumer, schema } = this.options;
    return isProjection(consumer) && schema === undefined ? inEventSpans(`project ${this.name}`, events, work) : work();
  }

  private roundOf(reactor: Reactor, attempts: number): ReactionRound {
    this.round ??= new ReactionRound(reactor, this.name, this.options.service, attempts);
    return this.round;
  }

  private commit(
    events: readonly FeedEvent[],
    step: Step,
    how: {
      readonly findings: ReadonlyMap<string, Finding>;
      readonly apply: Apply;
      readonly apart: boolean;
      readonly attempts: number;
    },
  ): Promise<Settlement> {
    const { consumer } = this.options;
    return inEffectTransaction(this.scope, async (tx) => {
      const settlement = new Settlement(consumer, await step.take(tx, keysOf(events)), how.findings);
      const batch = new BatchApply(consumer, tx, settlement, how);
      await (how.apart ? batch.apart(events) : batch.whole(settlement.admit(events)));
      const released = await writeSettlement(tx, this.name, settlement);
      await step.finish?.(tx, settlement);
      this.released ||= released;
      return settlement;
    });
  }

  private report({ poison }: Settlement): void {
    const { logger, observe } = this.options.reporting;
    for (const { event, finding } of poison) {
      const { source, lane, position, eventId, type } = event;
      const { errorClass, errorCode, fingerprint } = finding.failure;
      const fields = {
        consumer: this.name,
        source,
        lane,
        position: String(position),
        eventId,
        type,
        errorClass,
        errorCode,
        fingerprint,
      };
      logger.error(fields, 'an event could not be handled; its key is parked');
      observe({ kind: 'dead-letter', consumer: this.name, source, fingerprint });
    }
  }
}

function keysOf(events: readonly FeedEvent[]): readonly string[] {
  return [...new Set(events.map((event) => event.key))];
}
