import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Instant, Money, Reference, Uuid } from '../fields.js';

export const OrderPlacedV1 = defineContract({
  type: 'crm.sales.order-placed.v1',
  hop: '7',
  description: 'A customer ordered; a negative total is a return. One per order reference, for ever.',
  data: Type.Object({
    orderId: Uuid,
    orderRef: Reference,
    partyId: Uuid,
    orderedAt: Instant,
    localDate: Type.String({ format: 'date', description: 'day at the place of the order' }),
    total: Money,
    lines: Type.Optional(
      Type.Array(
        Type.Object({
          sku: Reference,
          quantity: Type.Number(),
          amountMinor: Type.Integer({ description: 'of the line' }),
        }),
      ),
    ),
    channel: Type.Optional(Code),
    ownerId: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'who looks after it, as an id' })),
  }),
});
export type OrderPlacedV1Data = ContractData<typeof OrderPlacedV1>;
