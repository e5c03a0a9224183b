import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deriveId, inTransaction, laneOf } from '@crm/event-sourcing';
import type { FeedEvent } from '@crm/messaging';
import type pg from 'pg';
import { ORDER_PLACED, type OrderPlaced } from '../warehouse/order-facts.js';
import { warehouseProjection } from '../warehouse/warehouse.projection.js';

/** An order as a spec tells it. */
export interface Order {
  readonly customer: string;
  readonly date: string;
  readonly amountMinor: number;
  readonly ref: string;
  readonly recordedAt?: string;
}

export const customerId = (customer: string): string => deriveId('customer', customer);

/** The event of an order as sales would publish it; positions count up per lane in the order of the list. */
export function orderEvents(orders: readonly Order[]): readonly FeedEvent<OrderPlaced>[] {
  const heads = new Map<number, bigint>();
  return orders.map((order) => {
    const partyId = customerId(order.customer);
    const lane = laneOf(partyId);
    const position = (heads.get(lane) ?? 0n) + 1n;
    heads.set(lane, position);
    return eventOf(order, partyId, lane, position);
  });
}

function eventOf(order: Order, partyId: string, lane: number, position: bigint): FeedEvent<OrderPlaced> {
  const orderId = deriveId('order', order.ref);
  const orderedAt = `${order.date}T12:00:00.000Z`;
  return {
    source: 'sales',
    incarnation: 'one',
    lane,
    position,
    eventId: deriveId('event', order.ref),
    streamId: orderId,
    category: '',
    version: 0,
    key: partyId,
    schemaVersion: 1,
    type: ORDER_PLACED,
    data: {
      orderId,
      orderRef: order.ref,
      partyId,
      orderedAt,
      localDate: order.date,
      total: { amountMinor: order.amountMinor, currency: 'USD' },
    },
    meta: { correlationId: orderId, causationId: null, actor: 'service:sales' },
    occurredAt: orderedAt,
    recordedAt: order.recordedAt ?? '2026-01-05T10:00:00.000Z',
  };
}

const nothing = { putAside: () => undefined, satisfied: () => undefined };

/** Gives events to the warehouse in batches, as the consumer runtime does. */
export async function project(pool: pg.Pool, events: readonly FeedEvent<OrderPlaced>[], batch = 500): Promise<void> {
  for (let from = 0; from < events.length; from += batch)
    await inTransaction(pool, (tx) =>
      warehouseProjection.apply(tx, events.slice(from, from + batch) as never, nothing),
    );
}

const FOLDER = process.env['CRM_DATA'] ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const CDNOW = `${FOLDER}/cdnow_sample.csv`;

export const hasCdnow = existsSync(CDNOW);

/** The purchases of the CDNOW sample; equal rows are numbered, since some occur twice. */
export function cdnowOrders(until = '9999-12-31'): readonly Order[] {
  const seen = new Map<string, number>();
  const [, ...lines] = readFileSync(CDNOW, 'utf8').trim().split('\n');
  return lines
    .map((line) => {
      const [customer = '', , day = '', , dollars = ''] = line.trim().split(',');
      const number = (seen.get(line) ?? 0) + 1;
      seen.set(line, number);
      const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
      return {
        customer,
        date,
        amountMinor: Math.round(Number(dollars) * 100),
        ref: `cdnow:${line.trim()}:${String(number)}`,
      };
    })
    .filter(({ date }) => date <= until);
}
