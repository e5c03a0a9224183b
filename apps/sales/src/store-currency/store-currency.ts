import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { StoreCurrencyEvent } from './store-currency.events.js';

export interface StoreCurrency {
  readonly currency: string | undefined;
}

/** There is one: all amounts of a store are in one currency, so that they can be added up. */
export const STORE_CURRENCY_ID = deriveId('store-currency');

export const storeCurrencyAggregate: Aggregate<StoreCurrency, StoreCurrencyEvent> = {
  category: 'store-currency',
  initial: { currency: undefined },
  evolve: (_, event) => ({ currency: event.data.currency }),
};
