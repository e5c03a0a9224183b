import type { Projection } from '@crm/messaging';
import { refoldFeatures } from '../customer-features/feature-fold.js';
import { addOrders, ORDER_PLACED, type OrderPlaced } from './order-facts.js';

/** What did customers do, as facts, and what does that make of them: features change in the transaction of their facts. */
export const warehouseProjection: Projection<OrderPlaced> = {
  name: 'warehouse',
  sources: [{ service: 'sales', types: [ORDER_PLACED] }],
  tables: ['order_fact', 'purchase_day', 'customer_feature'],
  async apply(tx, events) {
    await addOrders(tx, events);
    await refoldFeatures(tx, [...new Set(events.map(({ data }) => data.partyId))]);
  },
};
