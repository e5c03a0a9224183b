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

/** Applies a whole batch at once; rejects with `HandlerFailure` or `PutAside`, after which the transaction is to be rolled back. */
export async function applyWhole(apply: Apply, consumer: Consumer, tx: Tx, settlement: Settlement, events: readonly FeedEvent[]): Promise<void> {
  const aside: WaitingEvent[] = [];
  const satisfied: string[] = [];
  const flow: Flow = {
    putAside: (event, needs) => void aside.push({ event, needs }),
    satisfied: (key) => void satisfied.push(key),
  };
  try {
    await apply(tx, events, flow);
    if (aside.some(({ event }) => !events.includes(event))) throw new Error('a handler put an event aside that it was not given');
    for (const event of events) satisfied.push(...(consumer.releases?.(event) ?? []));
  } catch (error) {
    throw new HandlerFailure(error);
  }
  if (aside.length > 0) throw new PutAside(aside);
  for (const key of satisfied) settlement.satisfied.add(key);
}

/** Applies a batch that fails as a whole: halves it until the events at fault stand alone, and keeps those and what follows them. */
export class ApplyApart {
  constructor(
    private readonly apply: Apply,
    private readonly consumer: Consumer,
    private readonly attempts: number,
    private readonly tx: Tx,
    private readonly settlement: Settlement,
  ) {}

  async run(events: readonly FeedEvent[]): Promise<void> {
    const part = this.settlement.admit(events);
    const [only] = part;
    if (only === undefined) return;
    await this.tx.query('SAVEPOINT part');
    try {
      await applyWhole(this.apply, this.consumer, this.tx, this.settlement, part);
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
    await this.run(part.slice(0, middle));
    await this.run(part.slice(middle));
  }

  private async putAside(part: readonly FeedEvent[], { events }: PutAside): Promise<void> {
    const needs = new Map(events.map((waiting) => [waiting.event.eventId, waiting.needs]));
    const rest: FeedEvent[] = [];
    for (const event of part) {
      const key = needs.get(event.eventId);
      if (key === undefined) rest.push(...this.settlement.admit([event]));
      else if (this.settlement.admit([event]).length > 0) this.settlement.putAside(event, key);
    }
    await this.run(rest);
  }

  private keep(event: FeedEvent, error: unknown): void {
    if (error instanceof NeedsMore) this.settlement.putAside(event, error.key);
    else this.settlement.park(event, { is: 'poison', failure: describeFailure(error), attempts: this.attempts, startedAttempts: 0 });
  }
}
