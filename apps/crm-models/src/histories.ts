import { mayBeEmpty, number, optional, text } from './columns.js';
import type { RowFault } from './reading/check-rows.js';

/** Repeat occasions: days. More than those of 270 years are a mistake, and their fit would take minutes. */
export const REPEATS = number('repeat occasions', { min: 0, max: 100_000, whole: true });

/** The columns of a customer summary that a model of purchases reads. */
export const HISTORY_COLUMNS = {
  customer: optional(text('customer; comes back in the output')),
  x: REPEATS,
  t_x: number('weeks from the first purchase to the last', { min: 0 }),
  T: number('weeks from the first purchase to the calibration end', { min: 0 }),
};

/** The column that a model of spend reads, beside x. */
export const ZBAR = mayBeEmpty(number('mean value of the repeat occasions; empty when x is 0'));

interface History {
  readonly x: number;
  readonly t_x: number;
  readonly T: number;
}

interface Spend {
  readonly x: number;
  readonly zbar: number | null;
}

/** What cannot be in the history of a customer. */
export function historyFault({ x, t_x, T }: History): RowFault | undefined {
  const fault = (what: string): RowFault => ({ column: 't_x', fault: `${String(t_x)} ${what}` });
  if (t_x > T) return fault(`is more than T, which is ${String(T)}`);
  if (x === 0 && t_x > 0) return fault('is more than 0, but x is 0: there was no purchase after the first');
  return x > 0 && t_x === 0 ? fault(`is the week of the first purchase, but x is ${String(x)}`) : undefined;
}

export function spendFault({ x, zbar }: Spend): RowFault | undefined {
  return x > 0 && zbar === null ? { column: 'zbar', fault: `is empty, but x is ${String(x)}` } : undefined;
}
