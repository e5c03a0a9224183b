import { CDNOW_PARAMETERS, dayNumber, simulateCustomer } from '@crm/customer-models';
import type { ModelCustomer, ModelOrder } from '../model-run/model-inputs.js';

/** A clientele drawn from BG/NBD and Gamma-Gamma, as models see it at a date, with the orders that it comes from. */
export interface Clientele {
  readonly customers: readonly ModelCustomer[];
  readonly orders: readonly ModelOrder[];
}

/** The same customers for the same size: first purchases in the first quarter of 1997, seen at the end of `date`. */
export function clientele(size: number, date = '1997-09-30'): Clientele {
  const orders = Array.from({ length: size }, (_, index) => ordersOf(index)).flat();
  const seen = orders.filter((order) => order.date <= date);
  const customers = [...new Set(seen.map(({ partyId }) => partyId))].map(
    (partyId) =>
    customerOf(partyId, seen.filter((order) => order.partyId === partyId), date), // prettier-ignore
  );
  return { customers, orders: seen };
}

function ordersOf(index: number): readonly ModelOrder[] {
  const partyId = `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`;
  const purchases = simulateCustomer({
    ...{ seed: 'clientele', key: partyId },
    ...{ firstFrom: '1997-01-01', firstTo: '1997-03-31', until: '1998-06-30' },
    ...CDNOW_PARAMETERS,
  });
  return purchases.map(({ date, amountMinor: amount }, number) => ({
    ...{ partyId, date, amount, channel: null },
    orderId: `${partyId} ${String(number)}`,
  }));
}

function customerOf(partyId: string, orders: readonly ModelOrder[], date: string): ModelCustomer {
  const days = [...new Set(orders.map((order) => order.date))].sort();
  const [first = date, last = date] = [days[0], days.at(-1)];
  const revenue = orders.reduce((sum, { amount }) => sum + amount, 0);
  const ofFirst = orders.filter((order) => order.date === first).reduce((sum, { amount }) => sum + amount, 0);
  const repeatOccasions = days.length - 1;
  return {
    ...{ partyId, occasions: days.length, repeatOccasions, revenue },
    recencyDays: dayNumber(date) - dayNumber(last),
    tenureDays: dayNumber(date) - dayNumber(first),
    frequencySpanDays: dayNumber(last) - dayNumber(first),
    meanRepeatValue: repeatOccasions === 0 ? null : (revenue - ofFirst) / repeatOccasions,
  };
}
