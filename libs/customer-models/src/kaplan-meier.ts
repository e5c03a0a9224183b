import { normalQuantile } from './distributions.js';
import { ModelDataError } from './errors.js';
import type { Interval } from './proportions.js';

/** One customer: observed for `time` in any one unit, and then gone (`ended`) or still there (censored on the right). */
export type Duration = { readonly time: number; readonly ended: boolean };

/** The curve from `time` on, up to the time of the next step. */
export type SurvivalStep = {
  readonly time: number;
  /** Customers observed up to this time or longer, those who left at it included. */
  readonly atRisk: number;
  readonly ended: number;
  /** Last seen at this time or later, and before the next step. */
  readonly censored: number;
  readonly survival: number;
  /** Greenwood's; 0 once nobody is left. */
  readonly standardError: number;
  /** On the log(−log) scale, so never outside 0…1; null where survival is 0 and the scale has no variance. */
  readonly interval: Interval | null;
};

export type SurvivalCurve = {
  readonly steps: readonly SurvivalStep[];
  readonly customers: number;
  readonly ended: number;
  /** Last seen before the first step, or at all when nobody left. */
  readonly censoredBefore: number;
  /** First time with survival ≤ ½; null when the curve does not fall so far. */
  readonly median: number | null;
};

type Moment = { readonly time: number; readonly ended: number; readonly censored: number };

/**
 * Kaplan & Meier's 1958 estimate of survival, one step for each time at which somebody left. Who was last seen at a time
 * when others left counts as at risk there. Errors by Greenwood 1926, intervals of the given level on the log(−log) scale
 * (Kalbfleisch & Prentice 1980). Throws `no-customers`, `invalid-value`.
 */
export function kaplanMeier(durations: Iterable<Duration>, level = 0.95): SurvivalCurve {
  if (!(level > 0 && level < 1)) throw new ModelDataError('invalid-value', `level ${level} is not between 0 and 1`);
  const moments = momentsOf(durations);
  const customers = moments.reduce((sum, { ended, censored }) => sum + ended + censored, 0);
  if (customers === 0) throw new ModelDataError('no-customers', 'a survival curve needs at least one customer');
  const z = normalQuantile((1 + level) / 2);
  const steps: SurvivalStep[] = [];
  let [atRisk, survival, greenwood, censoredBefore, allEnded] = [customers, 1, 0, 0, 0];
  for (const { time, ended, censored } of moments) {
    if (ended > 0) {
      survival *= (atRisk - ended) / atRisk;
      greenwood += ended / (atRisk * (atRisk - ended));
      const errors = survival === 0 ? { standardError: 0, interval: null } : errorsOf(survival, greenwood, z);
      steps.push({ time, atRisk, ended, censored, survival, ...errors });
    } else {
      const last = steps.pop();
      if (last === undefined) censoredBefore += censored;
      else steps.push({ ...last, censored: last.censored + censored });
    }
    atRisk -= ended + censored;
    allEnded += ended;
  }
  const median = steps.find((step) => step.survival <= 0.5)?.time ?? null;
  return { steps, customers, ended: allEnded, censoredBefore, median };
}

/** Share that survives beyond `time`; beyond the last step it is the last step's. Throws `invalid-value`. */
export function survivalAt({ steps }: SurvivalCurve, time: number): number {
  if (!(time >= 0)) throw new ModelDataError('invalid-value', `time ${time} is not a number ≥ 0`);
  return steps.findLast((step) => step.time <= time)?.survival ?? 1;
}

/** Distinct times in ascending order. Throws `invalid-value` for a time that is not a finite number ≥ 0. */
export function momentsOf(durations: Iterable<Duration>): readonly Moment[] {
  const moments = new Map<number, { ended: number; censored: number }>();
  for (const { time, ended } of durations) {
    if (!(time >= 0 && time < Infinity)) {
      throw new ModelDataError('invalid-value', `time ${time} is not a finite number ≥ 0`);
    }
    let moment = moments.get(time);
    if (moment === undefined) moments.set(time, (moment = { ended: 0, censored: 0 }));
    if (ended) moment.ended += 1;
    else moment.censored += 1;
  }
  return [...moments].sort(([a], [b]) => a - b).map(([time, counts]) => ({ time, ...counts }));
}

function errorsOf(survival: number, greenwood: number, z: number): Pick<SurvivalStep, 'standardError' | 'interval'> {
  const spread = Math.exp((z * Math.sqrt(greenwood)) / -Math.log(survival));
  return {
    standardError: survival * Math.sqrt(greenwood),
    interval: [survival ** spread, survival ** (1 / spread)],
  };
}
