import { ModelDataError, type PurchaseLine } from '@crm/customer-models';
import { date, number, text, type Row } from './columns.js';
import type { Table } from './reading/table.js';

/** The columns of a file of purchase lines. */
export const PURCHASE_COLUMNS = {
  customer: text('who bought'),
  date: date('local date of the purchase, YYYY-MM-DD'),
  value: number('value in any one unit; negative for a return'),
};

export type PurchaseTable = Table<typeof PURCHASE_COLUMNS>;

/** The lines as the models take them, each time from the first. */
export function purchaseLines({ rows }: PurchaseTable): Iterable<PurchaseLine> {
  return {
    *[Symbol.iterator]() {
      for (const { customer, date: day, value } of rows) yield { customer, date: day, amount: value };
    },
  };
}

/** The last date of a file: what stands for today where nothing else is said. */
export function lastDate(rows: Iterable<Pick<Row<typeof PURCHASE_COLUMNS>, 'date'>>): string {
  let last = '';
  for (const row of rows) if (row.date > last) last = row.date;
  return last;
}

interface Buyers {
  /** Customers who have nothing but returns: they have no purchase to be counted from. */
  readonly leftOut: number;
  readonly warnings: readonly string[];
}

const [RETURNED, BOUGHT] = [1, 2];

/** Who bought up to a date, that date included, and who was left out. Throws `no-customers` when nobody bought. */
export function buyersUntil(table: PurchaseTable, until: string): Buyers {
  const [customers, dates] = [table.coded('customer'), table.coded('date')];
  const counts = dates.texts.map((date) => String(date) <= until);
  const seen = new Uint8Array(customers.texts.length);
  let index = 0;
  for (const { value } of table.rows) {
    const customer = customers.codes[index] ?? 0;
    if (counts[dates.codes[index] ?? 0] === true)
      seen[customer] = (seen[customer] ?? 0) | (value < 0 ? RETURNED : BOUGHT);
    index += 1;
  }
  if (seen.every((flags) => flags < BOUGHT)) throw noCustomers(`until ${until}`);
  const leftOut = seen.reduce((sum, flags) => sum + Number(flags === RETURNED), 0);
  return { leftOut, warnings: leftOut === 0 ? [] : [`${leftOutWords(leftOut)} until ${until}`] };
}

export function noCustomers(when: string): ModelDataError {
  return new ModelDataError('no-customers', `no customer bought ${when}`);
}

function leftOutWords(leftOut: number): string {
  return leftOut === 1
    ? '1 customer is left out: nothing but returns'
    : `${String(leftOut)} customers are left out: nothing but returns`;
}
