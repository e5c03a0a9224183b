import { PartyErasedV1, publicEvent, SalesSubjectErasedV1, type PublicEvent } from '@crm/contracts';
import { EventStore, InMemoryEventLog, newId, type Aggregate, type DomainEvent } from '@crm/event-sourcing';
import { fromStart, LogFeed, type Feed, type FeedEvent } from '@crm/messaging';
import { describe, expect, it } from '@jest/globals';
import { erasureSources, ErasuresUnknown, knownErasures } from './known-erasures.js';

type Told = DomainEvent<'Told', { readonly event: PublicEvent | null }>;
const tellings: Aggregate<null, Told> = { category: 'telling', initial: null, evolve: () => null };

const AT = '2026-01-10T10:00:00.000Z';
const EARLIER = '2026-01-10T09:00:00.000Z';

/** A service's feed that says these things, each at its time, among others that it keeps to itself. */
async function aFeed(service: string, ...said: readonly (readonly [PublicEvent, string])[]): Promise<Feed> {
  const store = new EventStore(new InMemoryEventLog());
  const tell = (event: PublicEvent | null, occurredAt = AT): Promise<unknown> =>
    store.transact(tellings, newId(), (): readonly Told[] => [{ type: 'Told', data: { event } }], { occurredAt });
  for (const [event, at] of said) await tell(event, at);
  await Promise.all(Array.from({ length: 1_200 }, () => tell(null)));
  return new LogFeed(service, store.log).published((event) => (event.data as Told['data']).event ?? undefined);
}

const destroyed = { keys: 1, snapshots: 0, rows: 0, deadLetters: 0, jobs: 0 };
const decided = (erasureId: string, partyId: string, linkedIds: string[] = []): PublicEvent =>
  publicEvent(PartyErasedV1, { erasureId, partyId, linkedIds });
const reported = (erasureId: string, partyId: string): PublicEvent =>
  publicEvent(SalesSubjectErasedV1, { erasureId, partyId, destroyed });

async function* anArchive(feed: Feed): AsyncGenerator<FeedEvent> {
  yield* await feed.read(fromStart(feed.lanes), 2_000);
}

describe('who was erased', () => {
  const [first, second, linked] = [newId(), newId(), newId()];
  const [one, two] = [newId(), newId()];

  it('is asked of customer-information, and by it of all others', () => {
    expect(erasureSources('sales')).toEqual(['customer-information']);
    expect(erasureSources('customer-information')).toEqual(['marketing', 'sales', 'service', 'analytics']);
  });

  it('is learnt from whoever tells it: each erasure once, with all that was linked and its earliest time', async () => {
    const sales = await aFeed('sales', [reported(first, one), AT]);
    const topic = await aFeed('customer-information', [decided(first, one, [linked]), EARLIER]);
    const parties = await aFeed('customer-information', [decided(second, two), AT]);
    const archives = [{ name: 'the topic', events: anArchive(topic) }];
    const erased = await knownErasures('marketing', [sales, parties], archives);
    expect([...erased].sort((left, right) => left.erasureId.localeCompare(right.erasureId))).toEqual(
      [
        { erasureId: first, partyId: one, linkedIds: [linked], at: EARLIER },
        { erasureId: second, partyId: two, linkedIds: [], at: AT },
      ].sort((left, right) => left.erasureId.localeCompare(right.erasureId)),
    );
  });

  it('is not known when a source breaks off', async () => {
    const feed = await aFeed('sales', [reported(first, one), AT]);
    const broken: AsyncIterable<FeedEvent> = (async function* () {
      yield* anArchive(feed);
      throw new Error('the broker is gone');
    })();
    const asked = knownErasures('marketing', [feed], [{ name: 'the topic', events: broken }]);
    await expect(asked).rejects.toThrow(ErasuresUnknown);
    await expect(asked).rejects.toThrow('from the topic, which cannot be read');
  });
});
