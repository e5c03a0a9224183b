import { ModelDataError } from './errors.js';
import { segmentOf, type RfmScore, type SegmentTable } from './rfm-segments.js';

/** Recency in days since the last purchase (small is good), frequency in occasions, monetary value in any one unit. */
export type RfmValues = { readonly recencyDays: number; readonly frequency: number; readonly monetary: number };

/** Ascending inner edges of each value; n edges make n + 1 scores. */
export type RfmEdges = {
  readonly recencyDays: readonly number[];
  readonly frequency: readonly number[];
  readonly monetary: readonly number[];
};

const GROUPS = 5;

/**
 * Quantile of ascending `sorted` at `share` 0…1 by linear interpolation, type 7 of Hyndman & Fan 1996:
 * the same as SQL's `percentile_cont`. Throws `no-values` when there is none.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) throw new ModelDataError('no-values', 'no quantile of no values');
  return below + (above - below) * (at - Math.floor(at));
}

/** The inner edges that cut the values into `groups` (default quintiles). Throws `no-values`, `invalid-value`. */
export function valueEdges(values: Iterable<number>, groups = GROUPS): readonly number[] {
  return edgesOfOwn(Float64Array.from(values), groups);
}

/** Sorts `values` in place. */
function edgesOfOwn(values: Float64Array, groups: number): readonly number[] {
  values.sort();
  // Sorted, infinities and NaN are at the ends.
  if (values.length > 0 && !(Number.isFinite(values[0]) && Number.isFinite(values.at(-1)))) {
    throw new ModelDataError('invalid-value', 'edges need finite numbers');
  }
  return Array.from({ length: groups - 1 }, (_, i) => quantile(values, (i + 1) / groups));
}

/** The quintile edges of all three values. Freeze them for a period and a score depends on its own row alone. */
export function rfmEdges(customers: readonly RfmValues[]): RfmEdges {
  return {
    recencyDays: edgesOf(customers, 'recencyDays'),
    frequency: edgesOf(customers, 'frequency'),
    monetary: edgesOf(customers, 'monetary'),
  };
}

function edgesOf(customers: readonly RfmValues[], name: keyof RfmValues): readonly number[] {
  const values = new Float64Array(customers.length);
  for (const [i, customer] of customers.entries()) values[i] = customer[name];
  return edgesOfOwn(values, GROUPS);
}

/** 1 plus the number of edges that the value exceeds, so equal values score alike. Throws `invalid-value` for NaN. */
export function scoreAgainst(edges: readonly number[], value: number): number {
  if (Number.isNaN(value)) throw new ModelDataError('invalid-value', 'a value to score is not a number');
  let score = 1;
  for (const edge of edges) if (value > edge) score += 1;
  return score;
}

/** Scores one customer against value edges; recency is turned round, so that 5 is the most recent. */
export function scoreRfm(edges: RfmEdges, values: RfmValues): RfmScore {
  return {
    r: edges.recencyDays.length + 2 - scoreAgainst(edges.recencyDays, values.recencyDays),
    f: scoreAgainst(edges.frequency, values.frequency),
    m: scoreAgainst(edges.monetary, values.monetary),
  };
}

/** Scores one customer and names the segment of the score. */
export function rateRfm(
  edges: RfmEdges,
  values: RfmValues,
  table?: SegmentTable,
): RfmScore & { readonly segment: string } {
  const score = scoreRfm(edges, values);
  // Named one by one: spreading an object takes ten times as long as scoring it.
  return { r: score.r, f: score.f, m: score.m, segment: segmentOf(score, table) };
}
