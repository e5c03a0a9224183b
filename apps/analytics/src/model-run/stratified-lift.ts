import { ModelDataError } from '@crm/customer-models';

/** One campaign: of `n` treated and of `controlN` control members, how many converted. */
export interface Stratum {
  readonly n: number;
  readonly hits: number;
  readonly controlN: number;
  readonly controlHits: number;
}

/** Conversions per treated member that would not have come about without the campaigns. */
export interface StratifiedLift {
  readonly lift: number;
  /** 95 %, normal. */
  readonly interval: readonly [number, number];
  /** Campaigns with members on both sides: the others say nothing. */
  readonly strata: number;
}

const Z = 1.959963984540054;

/**
 * Risk difference over campaigns, each weighed by n·m/(n + m) (Mantel & Haenszel weights; variance by Greenland & Robins 1985,
 * eq. 13 with the shares of each stratum). Members of campaigns with other control fractions and other customers are never
 * thrown together. Null when no campaign has members on both sides. Throws `invalid-counts`.
 */
export function stratifiedLift(strata: Iterable<Stratum>): StratifiedLift | null {
  let [weights, differences, variance, used] = [0, 0, 0, 0];
  for (const { n, hits, controlN, controlHits } of strata) {
    if (!(hits >= 0 && hits <= n && controlHits >= 0 && controlHits <= controlN))
      throw new ModelDataError(
        'invalid-counts',
        `${String(hits)} of ${String(n)}, ${String(controlHits)} of ${String(controlN)}`,
      );
    if (n === 0 || controlN === 0) continue;
    const weight = (n * controlN) / (n + controlN);
    const [p, q] = [hits / n, controlHits / controlN];
    used += 1;
    weights += weight;
    differences += weight * (p - q);
    variance += weight ** 2 * ((p * (1 - p)) / n + (q * (1 - q)) / controlN);
  }
  if (used === 0) return null;
  const lift = differences / weights;
  const spread = (Z * Math.sqrt(variance)) / weights;
  return { lift, interval: [lift - spread, lift + spread], strata: used };
}
