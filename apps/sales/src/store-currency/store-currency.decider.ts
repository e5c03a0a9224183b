import type { Decide } from '@crm/event-sourcing';
import type { StoreCurrency } from './store-currency.js';
import type { StoreCurrencyEvent } from './store-currency.events.js';

/** The first amount that is recorded settles the currency, for ever. */
export const settleCurrency =
  (currency: string): Decide<StoreCurrency, StoreCurrencyEvent> =>
  (state) =>
    state.currency === undefined ? [{ type: 'StoreCurrencySettled', data: { currency } }] : [];
