import { Rejected, type Aggregate, type DomainEvent } from '@crm/event-sourcing';

/** A small aggregate for suites of the kernel and the bus: a parcel that is sent, passes depots and arrives. */
export type ParcelSent = DomainEvent<'ParcelSent', { readonly to: string }>;
export type ParcelScanned = DomainEvent<'ParcelScanned', { readonly depot: string }>;
export type ParcelDelivered = DomainEvent<'ParcelDelivered', { readonly signedBy: string }>;
export type ParcelEvent = ParcelSent | ParcelScanned | ParcelDelivered;

export interface Parcel {
  readonly status: 'new' | 'sent' | 'delivered';
  readonly scans: readonly string[];
}

export const parcelAggregate: Aggregate<Parcel, ParcelEvent> = {
  category: 'parcel',
  initial: { status: 'new', scans: [] },
  stateVersion: 1,
  evolve(state, event) {
    switch (event.type) {
      case 'ParcelSent':
        return { ...state, status: 'sent' };
      case 'ParcelScanned':
        return { ...state, scans: [...state.scans, event.data.depot] };
      case 'ParcelDelivered':
        return { ...state, status: 'delivered' };
    }
  },
};

export const sendParcel =
  (to: string) =>
  (state: Parcel): readonly ParcelEvent[] =>
    state.status === 'new' ? [{ type: 'ParcelSent', data: { to } }] : [];

export const scanParcel =
  (depot: string, occurredAt?: string) =>
  (state: Parcel): readonly ParcelEvent[] => {
    if (state.status !== 'sent') throw new Rejected('parcel-not-under-way', 'The parcel is not under way');
    return [{ type: 'ParcelScanned', data: { depot }, ...(occurredAt === undefined ? {} : { occurredAt }) }];
  };

export const deliverParcel =
  (signedBy: string) =>
  (state: Parcel): readonly ParcelEvent[] => {
    if (state.status === 'delivered') throw new Rejected('parcel-already-delivered', 'The parcel was delivered before');
    return [{ type: 'ParcelDelivered', data: { signedBy } }];
  };

/** Emits whatever the state: for suites that look at what the store does with an event. */
export const resendParcel = (to: string) => (): readonly ParcelEvent[] => [{ type: 'ParcelSent', data: { to } }];
