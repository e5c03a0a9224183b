import { listPage, moneySchema, present, ServiceContext, type ListPage, type ListSpec, type Row } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Type, type Static } from '@sinclair/typebox';

export const ORDER_LIST = {
  fields: {
    orderId: { column: 'order_id', type: 'uuid' },
    orderRef: { column: 'order_ref', type: 'text', sortable: true },
    partyId: { column: 'party_id', type: 'uuid' },
    orderedAt: { column: 'ordered_at', type: 'timestamp', sortable: true },
    localDate: { column: 'local_date', type: 'date', sortable: true },
    amountMinor: { column: 'amount_minor', type: 'bigint', sortable: true },
    currency: { column: 'currency', type: 'text' },
    channel: { column: 'channel', type: 'text', nullable: true },
    ownerId: { column: 'owner_id', type: 'text', nullable: true },
  },
  defaultOrder: '-orderedAt',
  tieBreaker: 'orderId',
} as const satisfies ListSpec;

export const orderSchema = Type.Object({
  orderId: Type.String({ format: 'uuid' }),
  orderRef: Type.String(),
  partyId: Type.String({ format: 'uuid' }),
  orderedAt: Type.String({ format: 'date-time' }),
  localDate: Type.String({ format: 'date' }),
  total: moneySchema,
  lines: Type.Optional(
    Type.Array(Type.Object({ sku: Type.String(), quantity: Type.Number(), amountMinor: Type.Integer() })),
  ),
  channel: Type.Optional(Type.String()),
  ownerId: Type.Optional(Type.String()),
});
export type OrderRow = Static<typeof orderSchema>;

const COLUMNS = `order_id, order_ref, party_id, ordered_at, local_date::text AS local_date, amount_minor::text AS amount_minor, currency,
  lines, channel, owner_id`;

export class OrderList extends Query<ListPage<OrderRow>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

@QueryHandler(OrderList)
export class OrderListHandler implements IQueryHandler<OrderList> {
  constructor(private readonly context: ServiceContext) {}

  execute({ query }: OrderList): Promise<ListPage<OrderRow>> {
    return listPage(this.context.pool, { spec: ORDER_LIST, query, from: 'orders', select: COLUMNS, map: orderOf });
  }
}

function orderOf(row: Row): OrderRow {
  return {
    orderId: row['order_id'] as string,
    orderRef: row['order_ref'] as string,
    partyId: row['party_id'] as string,
    orderedAt: row['ordered_at'] as string,
    localDate: row['local_date'] as string,
    total: { amountMinor: Number(row['amount_minor']), currency: row['currency'] as string },
    ...present({
      lines: row['lines'] as OrderRow['lines'] | null,
      channel: row['channel'] as string | null,
      ownerId: row['owner_id'] as string | null,
    }),
  };
}
