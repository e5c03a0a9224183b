import type { DomainEvent } from '@crm/event-sourcing';

export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
  readonly amountMinor: number;
}

// Names and fields are the storage format: add, never edit.
export type OrderPlaced = DomainEvent<
  'OrderPlaced',
  {
    readonly orderId: string;
    readonly orderRef: string;
    readonly partyId: string;
    readonly orderedAt: string;
    readonly localDate: string;
    readonly total: { readonly amountMinor: number; readonly currency: string };
    readonly lines?: readonly OrderLine[];
    readonly channel?: string;
    readonly ownerId?: string;
  }
>;

export type OrderEvent = OrderPlaced;
