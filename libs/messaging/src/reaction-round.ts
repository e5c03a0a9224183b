import { KeyErased, currentContext, deriveId, runInContext } from '@crm/event-sourcing';
import { pause } from './back-off.js';
import { passesHeldKeys, type Reaction, type Reactor, type Tx } from './consumer.js';
import type { HeldKeys } from './cursor.js';
import { NeedsMore, isInfrastructure } from './errors.js';
import { inEventSpan, traceOf } from './event-spans.js';
import { describeFailure } from './failure.js';
import type { FeedEvent } from './feed-event.js';
import type { Finding } from './settlement.js';

type Effect = (tx: Tx) => Promise<unknown>;

/** A reaction that is through: what is left to do in the transaction of the cursor. */
export interface Done {
  readonly effects: readonly Effect[];
  readonly satisfied: readonly string[];
}

const NOTHING: Done = { effects: [], satisfied: [] };
const RETRY_MS = 50;
const AT_ONCE = 500;

/** The reactions to one batch. Kept over retries of the batch, so that an event that is through is not reacted to again. */
export class ReactionRound {
  readonly done = new Map<string, Done>();
  readonly findings = new Map<string, Finding>();
  private obstacle: { readonly error: unknown } | undefined;

  constructor(
    private readonly reactor: Reactor,
    private readonly consumer: string,
    private readonly service: string,
    private readonly attempts: number,
  ) {}

  /** Reacts to every event whose key is not held, keys at the same time; throws when the surroundings failed, after all have ended. */
  async run(events: readonly FeedEvent[], held: HeldKeys): Promise<void> {
    this.obstacle = undefined;
    for (const [eventId, finding] of this.findings) if (finding.is === 'waiting') this.findings.delete(eventId);
    const byKey = new Map<string, FeedEvent[]>();
    for (const event of events) {
      const sameKey = byKey.get(event.key);
      if (sameKey === undefined) byKey.set(event.key, [event]);
      else sameKey.push(event);
    }
    const keys = [...byKey].values();
    const workers = Math.min(this.reactor.concurrency ?? AT_ONCE, byKey.size);
    await Promise.all(
      Array.from({ length: workers }, async () => {
        for (const [key, sameKey] of keys) await this.runKey(sameKey, held.parked.has(key) || held.waiting.has(key));
      }),
    );
    this.throwObstacle();
  }

  private throwObstacle(): void {
    if (this.obstacle !== undefined) throw this.obstacle.error;
  }

  private async runKey(events: readonly FeedEvent[], isHeld: boolean): Promise<void> {
    let held = isHeld;
    for (const event of events) {
      if (this.obstacle !== undefined) return;
      if (held && !passesHeldKeys(this.reactor, event.type)) continue;
      if (!this.done.has(event.eventId) && !this.findings.has(event.eventId)) await this.react(event);
      held ||= this.findings.has(event.eventId);
    }
  }

  private async react(event: FeedEvent): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.done.set(event.eventId, await this.reactOnce(event));
        return;
      } catch (error) {
        if (error instanceof KeyErased) this.done.set(event.eventId, NOTHING);
        else if (error instanceof NeedsMore) this.findings.set(event.eventId, { is: 'waiting', needs: error.key });
        else if (isInfrastructure(error)) this.obstacle ??= { error };
        else if (attempt < this.attempts) {
          await pause(RETRY_MS * attempt);
          continue;
        } else
          this.findings.set(event.eventId, {
            is: 'poison',
            failure: describeFailure(error),
            attempts: attempt,
            startedAttempts: 0,
          });
        return;
      }
    }
  }

  private async reactOnce(event: FeedEvent): Promise<Done> {
    const effects: Effect[] = [];
    const satisfied: string[] = [];
    const reaction: Reaction = {
      commandId: (purpose, targetStream) => deriveId('command', this.consumer, event.eventId, targetStream, purpose),
      after: (effect) => {
        const inside = currentContext();
        effects.push((tx) => runInContext(inside, () => effect(tx)));
      },
      satisfied: (key) => void satisfied.push(key),
    };
    const { correlationId, loopId } = event.meta;
    const traceparent = traceOf(event);
    const context = {
      correlationId,
      causationId: event.eventId,
      actor: `service:${this.service}`,
      ...(loopId === undefined ? {} : { loopId }),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    await runInContext(context, () =>
      inEventSpan(`react ${this.consumer}`, event, () => this.reactor.react(event, reaction)),
    );
    return { effects, satisfied };
  }
}
