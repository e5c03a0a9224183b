import { scoreAgainst, valueEdges } from '@crm/customer-models';
import type { Json } from '@crm/event-sourcing';
import type { Score } from './model.js';

const TENTHS = 10;

/** Customers and their sum of one value by tenth of it, the highest first. Equal values share a tenth, so some may be missing. */
export function tenthsOf(scores: readonly Score[], value: string): readonly Json[] {
  const values = scores.map((score) => Number(score.values[value]));
  if (values.length === 0) return [];
  const edges = valueEdges(values, TENTHS);
  const tenths = Array.from({ length: TENTHS }, (_, i) => ({ tenth: TENTHS - i, customers: 0, total: 0 }));
  for (const one of values) {
    const tenth = tenths[TENTHS - scoreAgainst(edges, one)];
    if (tenth === undefined) continue;
    tenth.customers += 1;
    tenth.total += one;
  }
  return tenths.filter(({ customers }) => customers > 0);
}
