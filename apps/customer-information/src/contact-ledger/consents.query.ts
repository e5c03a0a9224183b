import { fold, KeyErased } from '@crm/event-sourcing';
import { ServiceContext } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import type { TimeBounds } from '../times.js';
import { consentsAt } from './consents.js';
import type { ContactLedgerEvent } from './contact-ledger.events.js';
import { contactLedgerAggregate, contactLedgerId, type ConsentFact } from './contact-ledger.js';

export const consentsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      purpose: Type.String(),
      channel: Type.String(),
      state: Type.String(),
      source: Type.String(),
      occurredAt: Type.String({ format: 'date-time' }),
      eventId: Type.String({ format: 'uuid' }),
    }),
  ),
  next: Type.Null(),
});

export interface ConsentView extends Omit<ConsentFact, 'at' | 'version'> {
  readonly occurredAt: string;
  readonly eventId: string;
}

/** All of them on one page: there are only so many purposes. */
export interface Consents {
  readonly items: readonly ConsentView[];
  readonly next: null;
}

/** Which consents held at a valid time, as they were known at a recording time. */
export class ConsentsAt extends Query<Consents> {
  constructor(
    readonly partyId: string,
    readonly bounds: TimeBounds,
  ) {
    super();
  }
}

@QueryHandler(ConsentsAt)
export class ConsentsAtHandler implements IQueryHandler<ConsentsAt> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ partyId, bounds }: ConsentsAt): Promise<Consents> {
    const { store, clock } = this.context;
    if (await store.log.isBuried(partyId)) throw new KeyErased(partyId);
    const { asOf = new Date(clock()).toISOString(), knownAt } = bounds;
    const recorded = await store.readStream(contactLedgerId(partyId));
    // What was recorded later is at the end of the stream, so versions stay those of the stream.
    const known = recorded.filter((event) => knownAt === undefined || event.recordedAt <= knownAt);
    const ledger = fold(contactLedgerAggregate, known as Iterable<ContactLedgerEvent>);
    const items = consentsAt(ledger.consents, asOf).map(({ at, version, ...consent }) => ({
      ...consent,
      occurredAt: at,
      eventId: known[version - 1]?.eventId ?? '',
    }));
    return { items, next: null };
  }
}
