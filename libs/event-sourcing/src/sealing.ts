import type { EventCodec } from './codec.js';
import type { DomainEvent, RecordedEvent } from './event.js';
import type { NewEvent } from './event-log.js';

/** Personal fields of `data`, by event type. */
export type PersonalFields = Readonly<Record<string, readonly string[] | undefined>>;

type Data = Readonly<Record<string, unknown>>;

interface Owner {
  readonly streamId: string;
  /** The person that the values are about: the partition key. */
  readonly subject: string;
}

/** Seals new events and opens stored ones, as their aggregate declares; everything else passes as it is. */
export class Sealing {
  constructor(private readonly codec: EventCodec) {}

  seal(events: readonly NewEvent[], personal: PersonalFields, owner: Owner): Promise<readonly NewEvent[]> {
    return this.replaced(
      events,
      personal,
      () => owner,
      (items) => this.codec.seal(items),
    );
  }

  open(events: readonly RecordedEvent[], personal: PersonalFields): Promise<readonly RecordedEvent[]> {
    return this.replaced(
      events,
      personal,
      ({ key, streamId }) => ({ subject: key, streamId }),
      (items) => this.codec.open(items),
    );
  }

  /** A whole state under one seal: a snapshot must not hold in the clear what its events hide. */
  async sealState(state: unknown, { streamId, subject }: Owner): Promise<unknown> {
    const [sealed] = await this.codec.seal([
      { subject, streamId, eventId: streamId, fields: ['state'], data: { state } },
    ]);
    return sealed?.['state'];
  }

  async openState(sealed: unknown, { streamId, subject }: Owner): Promise<unknown> {
    const [opened] = await this.codec.open([
      { subject, streamId, eventId: streamId, fields: ['state'], data: { state: sealed } },
    ]);
    return opened?.['state'];
  }

  private async replaced<Event extends Pick<DomainEvent, 'type' | 'data'> & { readonly eventId: string }>(
    events: readonly Event[],
    personal: PersonalFields,
    ownerOf: (event: Event) => Owner,
    work: (
      items: readonly (Owner & { eventId: string; fields: readonly string[]; data: Data })[],
    ) => Promise<readonly Data[]>,
  ): Promise<readonly Event[]> {
    const fieldsOf = (event: Event): readonly string[] => personal[event.type] ?? [];
    const touched = events.filter((event) => fieldsOf(event).length > 0);
    if (touched.length === 0) return events;
    const data = await work(
      touched.map((event) => ({
        ...ownerOf(event),
        eventId: event.eventId,
        fields: fieldsOf(event),
        data: event.data as Data,
      })),
    );
    const byId = new Map(touched.map((event, index) => [event.eventId, data[index]]));
    return events.map((event) => ({ ...event, data: byId.get(event.eventId) ?? event.data }));
  }
}
