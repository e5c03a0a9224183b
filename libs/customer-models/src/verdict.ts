import type { Interval } from './proportions.js';

export type Verdict = 'positive' | 'negative' | 'not-distinguishable' | 'not-measurable';

export type Evidence = {
  readonly effect: number;
  /** Null when the data allow no interval. */
  readonly interval: Interval | null;
  /** Adjusted for all arms; null when the data allow no test. */
  readonly pAdjusted: number | null;
  /** Arms that were compared with the control. */
  readonly arms: number;
  /** False when the arms are too small for the effect that matters. */
  readonly measurable: boolean;
};

/** What a result may claim: with one arm by an interval that excludes 0, with several by the adjusted p under .05. */
export function verdictOf({ effect, interval, pAdjusted, arms, measurable }: Evidence): Verdict {
  if (!measurable || interval === null || pAdjusted === null) return 'not-measurable';
  const distinguishable = arms > 1 ? pAdjusted < 0.05 : interval[0] > 0 || interval[1] < 0;
  if (!distinguishable || effect === 0) return 'not-distinguishable';
  return effect > 0 ? 'positive' : 'negative';
}
