import { ModelDataError } from './errors.js';
import { scoreAgainst } from './rfm.js';

/** Money in one unit. `monthlySales` is what the customer buys in a month, `pAlive` the chance that it goes on. */
export type ValuedCustomer = { readonly monthlySales: number; readonly pAlive: number };

export type ValueMatrixQuestion = {
  /** Inner edges, ascending; n edges make n + 1 bands, and a value on an edge belongs to the band below it. */
  readonly salesEdges: readonly number[];
  readonly aliveEdges: readonly number[];
  /** Share of sales that is margin; default 1. */
  readonly margin?: number;
  /** Default 12. */
  readonly months?: number;
};

/** Customers of one band of sales and one of P(alive), both counted from 0; `value` is the sum over them. */
export type ValueCell = {
  readonly salesBand: number;
  readonly aliveBand: number;
  readonly customers: number;
  readonly value: number;
};

export type IsoValueQuestion = {
  /** Value of every point of the curve, above 0. */
  readonly value: number;
  readonly salesFrom: number;
  readonly salesTo: number;
  /** Points over the range of sales, at least 2; default 50. */
  readonly points?: number;
  readonly margin?: number;
  readonly months?: number;
};

const MONTHS = 12;

/**
 * The simple value of a customer: monthly margin × months × P(alive). It takes the chance as it stands today for all
 * months; `lifetimeValue` lets it fall. Throws `invalid-value`.
 */
export function customerValue(monthlyMargin: number, pAlive: number, months = MONTHS): number {
  if (!Number.isFinite(monthlyMargin)) refuse('monthly margin must be a finite number', monthlyMargin);
  if (!(pAlive >= 0 && pAlive <= 1)) refuse('pAlive must lie between 0 and 1', pAlive);
  if (!(months > 0 && months < Infinity)) refuse('months must be above 0', months);
  return monthlyMargin * months * pAlive;
}

/** All cells of sales band × P(alive) band with the customers' count and value, empty ones too. Throws `invalid-value`. */
export function valueMatrix(
  { salesEdges, aliveEdges, margin = 1, months = MONTHS }: ValueMatrixQuestion,
  customers: Iterable<ValuedCustomer>,
): readonly ValueCell[] {
  checkEdges('salesEdges', salesEdges);
  checkEdges('aliveEdges', aliveEdges);
  if (!Number.isFinite(margin)) refuse('margin must be a finite number', margin);
  const columns = aliveEdges.length + 1;
  const cells = Array.from({ length: (salesEdges.length + 1) * columns }, () => ({ customers: 0, value: 0 }));
  for (const { monthlySales, pAlive } of customers) {
    const value = customerValue(monthlySales * margin, pAlive, months);
    const cell = cells[(scoreAgainst(salesEdges, monthlySales) - 1) * columns + scoreAgainst(aliveEdges, pAlive) - 1];
    if (cell === undefined) continue;
    cell.customers += 1;
    cell.value += value;
  }
  return cells.map((cell, i) => ({ salesBand: Math.floor(i / columns), aliveBand: i % columns, ...cell }));
}

/**
 * Points (monthlySales, pAlive) of equal value, by rising sales: pAlive = value/(sales · margin · months). Sales that no
 * chance up to 1 brings to the value have no point. Throws `invalid-value`.
 */
export function isoValueCurve(question: IsoValueQuestion): readonly ValuedCustomer[] {
  const { value, salesFrom, salesTo, points = 50, margin = 1, months = MONTHS } = question;
  for (const [name, given] of Object.entries({ value, salesFrom, margin, months })) {
    if (!(given > 0 && given < Infinity)) refuse(`${name} must be above 0`, given);
  }
  if (!(salesTo > salesFrom && salesTo < Infinity)) refuse('salesTo must be above salesFrom', salesTo);
  if (!(Number.isInteger(points) && points >= 2)) refuse('points must be a whole number from 2', points);
  // The curve starts where it enters the range, so that its end on the line P(alive) = 1 is not lost between two points.
  const start = Math.max(salesFrom, value / (margin * months));
  if (start > salesTo) return [];
  return Array.from({ length: points }, (_, i) => {
    const monthlySales = start + ((salesTo - start) * i) / (points - 1);
    return { monthlySales, pAlive: Math.min(1, value / (monthlySales * margin * months)) };
  });
}

function checkEdges(name: string, edges: readonly number[]): void {
  const at = edges.findIndex((edge, i) => !Number.isFinite(edge) || edge <= (edges[i - 1] ?? -Infinity));
  if (at >= 0) refuse(`${name} must be finite and ascending`, edges[at] ?? NaN);
}

function refuse(rule: string, value: number): never {
  throw new ModelDataError('invalid-value', `${rule}, not ${value}`);
}
