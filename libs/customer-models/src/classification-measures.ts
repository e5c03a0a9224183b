import { ModelDataError } from './errors.js';
import { wilsonInterval, type Interval } from './proportions.js';
import { scoreAgainst, valueEdges } from './rfm.js';

/** What was predicted of a customer (0…1), and what came about. */
export type Prediction = { readonly probability: number; readonly outcome: boolean };

/** Customers of one tenth of the probabilities: what was predicted of them on average, and what share it came about for. */
export type CalibrationRow = {
  readonly customers: number;
  readonly predicted: number;
  readonly observed: number;
  /** Wilson's, 95 %, of `observed`. */
  readonly interval: Interval;
};

export type ClassificationMeasures = {
  readonly customers: number;
  readonly positives: number;
  /** Chance that a positive was given a higher probability than a negative; ties count half (Mann & Whitney's U). */
  readonly auc: number;
  /** Mean squared error of the probabilities (Brier 1950). */
  readonly brier: number;
  /** Mean negative log-likelihood, natural logarithm; probabilities of 0 and 1 count as 1e-15 off. */
  readonly logLoss: number;
  /** Share of positives in the tenth with the highest probabilities over that in all; ties at its edge count in part. */
  readonly topDecileLift: number;
  /** Ascending tenths by value edges: equal probabilities stay together, so tenths can differ in size or be missing. */
  readonly calibration: readonly CalibrationRow[];
};

/** Customers with the same probability. */
type Tie = { readonly probability: number; readonly customers: number; readonly positives: number };

const TENTHS = 10;
const CLIP = 1e-15;

/**
 * How well probabilities tell and meet the outcomes, best on customers whom the model was not fitted on. The order of the
 * customers does not matter. Throws `no-customers`, `one-class-only`, `invalid-value`.
 */
export function classificationMeasures(predictions: Iterable<Prediction>): ClassificationMeasures {
  const ties = tiesOf(predictions);
  const customers = sumOf(ties, (tie) => tie.customers);
  const positives = sumOf(ties, (tie) => tie.positives);
  if (customers === 0) throw new ModelDataError('no-customers', 'no prediction to measure');
  if (positives === 0 || positives === customers) {
    throw new ModelDataError('one-class-only', `the outcome is ${positives > 0} for all ${customers} customers`);
  }
  return {
    customers,
    positives,
    auc: areaUnderCurve(ties) / (positives * (customers - positives)),
    brier: sumOf(ties, (tie) => loss(tie, (off) => off * off)) / customers,
    logLoss: sumOf(ties, (tie) => loss(tie, (off) => -Math.log(1 - Math.min(off, 1 - CLIP)))) / customers,
    topDecileLift: topShare(ties, Math.ceil(customers / TENTHS)) / (positives / customers),
    calibration: calibrationOf(ties),
  };
}

/** Pairs of a positive and a negative in the right order, by ties in ascending order. */
function areaUnderCurve(ties: readonly Tie[]): number {
  let [pairs, negativesBelow] = [0, 0];
  for (const { customers, positives } of ties) {
    const negatives = customers - positives;
    pairs += positives * (negativesBelow + negatives / 2);
    negativesBelow += negatives;
  }
  return pairs;
}

function loss({ probability, customers, positives }: Tie, of: (off: number) => number): number {
  return positives * of(1 - probability) + (customers - positives) * of(probability);
}

function topShare(ties: readonly Tie[], size: number): number {
  let [left, positives] = [size, 0];
  for (const tie of ties.toReversed()) {
    const taken = Math.min(left, tie.customers);
    positives += (tie.positives * taken) / tie.customers;
    left -= taken;
  }
  return positives / size;
}

function calibrationOf(ties: readonly Tie[]): readonly CalibrationRow[] {
  const edges = valueEdges(
    ties.flatMap(({ probability, customers }) => new Array<number>(customers).fill(probability)),
    TENTHS,
  );
  return Array.from({ length: TENTHS }, (_, tenth) => {
    const members = ties.filter(({ probability }) => scoreAgainst(edges, probability) === tenth + 1);
    const customers = sumOf(members, (tie) => tie.customers);
    const positives = sumOf(members, (tie) => tie.positives);
    return { customers, positives, expected: sumOf(members, (tie) => tie.probability * tie.customers) };
  })
    .filter(({ customers }) => customers > 0)
    .map(({ customers, positives, expected }) => ({
      customers,
      predicted: expected / customers,
      observed: positives / customers,
      interval: wilsonInterval({ successes: positives, n: customers }),
    }));
}

function tiesOf(predictions: Iterable<Prediction>): readonly Tie[] {
  const ties = new Map<number, { customers: number; positives: number }>();
  for (const { probability, outcome } of predictions) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new ModelDataError('invalid-value', `probability ${probability} is not between 0 and 1`);
    }
    let tie = ties.get(probability);
    if (tie === undefined) ties.set(probability, (tie = { customers: 0, positives: 0 }));
    tie.customers += 1;
    tie.positives += Number(outcome);
  }
  return [...ties].sort(([a], [b]) => a - b).map(([probability, counts]) => ({ probability, ...counts }));
}

function sumOf(ties: readonly Tie[], of: (tie: Tie) => number): number {
  return ties.reduce((sum, tie) => sum + of(tie), 0);
}
