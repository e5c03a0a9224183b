import type { Aggregate } from '@crm/event-sourcing';
import type { OrderEvent } from './order.events.js';

export interface Order {
  readonly placed: boolean;
}

/** A fact from elsewhere: one event, never changed. A return or a correction is an order of its own. */
export const orderAggregate: Aggregate<Order, OrderEvent> = {
  category: 'order',
  initial: { placed: false },
  evolve: () => ({ placed: true }),
  hops: { OrderPlaced: '7' },
};
