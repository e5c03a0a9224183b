import {
  EventStore,
  InMemoryEventLog,
  deriveId,
  fingerprintOf,
  type Aggregate,
  type DomainEvent,
} from '@crm/event-sourcing';
import { FeedTransport, LogFeed, type ConsumedSource } from '@crm/messaging';
import type { SourceFeeds } from '../mart-refresh/source-feeds.js';
import { ORDER_PLACED, type OrderPlaced } from '../warehouse/order-facts.js';
import { orderEvents, type Order } from './orders.js';

type Placed = DomainEvent<'Placed', OrderPlaced['data']>;
const orderAggregate: Aggregate<null, Placed> = { category: 'order', initial: null, evolve: () => null };

/** A log of sales with its public feed, as the bus and as an integrity check see it. */
export interface Sales {
  readonly source: ConsumedSource;
  readonly feeds: SourceFeeds;
  place(...orders: readonly Order[]): Promise<void>;
  close(): Promise<void>;
}

export function openSales(): Sales {
  const store = new EventStore(new InMemoryEventLog());
  const feed = new LogFeed('sales', store.log).published(({ data }) => ({ type: ORDER_PLACED, data }));
  const transport = new FeedTransport([feed]);
  return {
    source: { feed, transport },
    feeds: {
      heads: async () => ({
        incarnation: await feed.incarnation(),
        heads: (await feed.heads()).map((position, lane) => ({ lane, position })),
      }),
      read: async (_, lane, after) => {
        const heads = await feed.heads();
        const events = await feed.read(
          heads.map((head, at) => (at === lane ? after : head)),
          3,
        );
        return events.filter((event) => event.lane === lane);
      },
    },
    async place(...orders) {
      for (const { data, key } of orderEvents(orders))
        await store.recordFact(
          orderAggregate,
          deriveId('order', data.orderRef),
          { type: 'Placed', data },
          { key, fingerprint: fingerprintOf(data) },
        );
    },
    close: () => transport.close(),
  };
}
