import type { Consumer, Flow, Tx } from './consumer.js';
import { NeedsMore, isInfrastructure } from './errors.js';
import { describeFailure } from './failure.js';
import type { FeedEvent } from './feed-event.js';
import type { Settlement, WaitingEvent } from './settlement.js';

/** Changes tables for events, and says through the flow what cannot be handled yet. */
export type Apply = (tx: Tx, events: readonly FeedEvent[], flow: Flow) => Promise<void>;

/** A handler failed: its error, apart from errors of the runtime around it. */
export class HandlerFailure extends Error {
  constructor(override readonly cause: unknown) {
    super('a handler failed');
  }
}

/** A handler put events aside: the batch is done again without them and what stands behind them. */
export class PutAside extends Error {
  constructor(readonly events: readonly WaitingEvent[]) {
    super('a handler put events aside');
  }
}

/** One try to apply a batch in a transaction. */
export class BatchApply {
  constructor(
    private readonly consumer: Consumer,
    private readonly tx: Tx,
    private readonly settlement: Settlement,
    private readonly how: { readonly apply: Apply; readonly attempts: number },
  ) {}

  /** All at once; rejects with `HandlerFailure` or `PutAside`, after which the transaction is to be rolled back. */
  async whole(events: readonly FeedEvent[]): Promise<void> {
    if (events.length === 0) return;
    const aside: WaitingEvent[] = [];
    const satisfied: string[] = [];
    const flow: Flow = {
      putAside: (event, needs) => void aside.push({ event, needs }),
      satisfied: (key) => void satisfied.push(key),
    };
    try {
      await this.how.apply(this.tx, events, flow);
      if (aside.some(({ event }) => !events.includes(event)))
        throw new Error('a handler put an event aside that it was not given');
      for (const event of events) satisfied.push(...(this.consumer.releases?.(event) ?? []));
    } catch (error) {
      throw new HandlerFailure(error);
    }
    if (aside.length > 0) throw new PutAside(aside);
    for (const key of satisfied) this.settlement.satisfied.add(key);
  }

  /** A batch that fails as a whole: halved until the events at fault stand alone; those and what follows them are kept. */
  async apart(events: readonly FeedEvent[]): Promise<void> {
    const part = this.settlement.admit(events);
    const [only] = part;
    if (only === undefined) return;
    await this.tx.query('SAVEPOINT part');
    try {
      await this.whole(part);
      await this.tx.query('RELEASE SAVEPOINT part');
    } catch (error) {
      if (!(error instanceof PutAside || error instanceof HandlerFailure) || isInfrastructure(error.cause)) throw error;
      await this.tx.query('ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part');
      if (error instanceof PutAside) await this.putAside(part, error);
      else if (part.length === 1) this.keep(only, error.cause);
      else await this.halve(part);
    }
  }

  private async halve(part: readonly FeedEvent[]): Promise<void> {
    const middle = Math.ceil(part.length / 2);
    await this.apart(part.slice(0, middle));
    await this.apart(part.slice(middle));
  }

  private async putAside(part: readonly FeedEvent[], { events }: PutAside): Promise<void> {
    const needs = new Map(events.map((waiting) => [waiting.event.eventId, waiting.needs]));
    const rest: FeedEvent[] = [];
    for (const event of part) {
      // One by one: what stands behind an event that is put aside is kept with it.
      const [admitted] = this.settlement.admit([event]);
      if (admitted === undefined) continue;
      const key = needs.get(event.eventId);
      if (key === undefined) rest.push(event);
      else this.settlement.putAside(event, key);
    }
    await this.apart(rest);
  }

  private keep(event: FeedEvent, error: unknown): void {
    if (error instanceof NeedsMore) this.settlement.putAside(event, error.key);
    else {
      const failure = describeFailure(error);
      this.settlement.park(event, { is: 'poison', failure, attempts: this.how.attempts, startedAttempts: 0 });
    }
  }
}
