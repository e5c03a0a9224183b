import { chiSquaredUpperTail } from './chi-squared.js';
import { ModelDataError } from './errors.js';
import { momentsOf, type Duration } from './kaplan-meier.js';
import { dot, invertPositiveDefinite, multiply } from './linear-algebra.js';

export type GroupedDuration = Duration & { readonly group: string };

export type LogRankGroup = {
  readonly group: string;
  readonly customers: number;
  /** Customers who left. */
  readonly observed: number;
  /** Customers who would have left, had all groups left at the same rate. */
  readonly expected: number;
};

export type LogRankTest = {
  /** In code-unit order of their names. */
  readonly groups: readonly LogRankGroup[];
  readonly chiSquared: number;
  readonly degrees: number;
  readonly p: number;
};

/**
 * Log-rank test of the same survival in all groups (Mantel 1966, hypergeometric variance; Peto & Peto 1972), χ² with one
 * degree of freedom less than groups. Null when no two groups were ever observed while somebody left: their curves stand, but
 * there is nothing to compare. Throws `too-few-groups` with fewer than two, and `invalid-value`.
 */
export function logRankTest(durations: Iterable<GroupedDuration>): LogRankTest | null {
  const byGroup = new Map<string, Duration[]>();
  for (const duration of durations) {
    const members = byGroup.get(duration.group);
    if (members === undefined) byGroup.set(duration.group, [duration]);
    else members.push(duration);
  }
  const names = [...byGroup.keys()].sort();
  if (names.length < 2) throw new ModelDataError('too-few-groups', `${names.length} groups cannot be compared`);
  const { observed, expected, variance } = tally(names.map((name) => byGroup.get(name) ?? []));
  // A group that was never observed beside another one says nothing; the last of the others is bound by the sum.
  const compared = names
    .map((_, i) => i)
    .filter((i) => (variance[i]?.[i] ?? 0) > 0)
    .slice(0, -1);
  const difference = compared.map((i) => (observed[i] ?? 0) - (expected[i] ?? 0));
  const inverse = invertPositiveDefinite(compared.map((i) => compared.map((j) => variance[i]?.[j] ?? 0)));
  if (compared.length === 0 || inverse === undefined) return null;
  const chiSquared = dot(difference, multiply(inverse, difference));
  return {
    groups: names.map((group, i) => ({
      group,
      customers: byGroup.get(group)?.length ?? 0,
      observed: observed[i] ?? 0,
      expected: expected[i] ?? 0,
    })),
    chiSquared,
    degrees: compared.length,
    p: chiSquaredUpperTail(chiSquared, compared.length),
  };
}

type Tally = { readonly observed: number[]; readonly expected: number[]; readonly variance: number[][] };

function tally(groups: readonly (readonly Duration[])[]): Tally {
  const atRisk = groups.map((members) => members.length);
  const leaving = groups.map((members) => new Map(momentsOf(members).map((moment) => [moment.time, moment])));
  const sums: Tally = {
    observed: groups.map(() => 0),
    expected: groups.map(() => 0),
    variance: groups.map(() => groups.map(() => 0)),
  };
  for (const { time, ended } of momentsOf(groups.flat())) {
    if (ended > 0) addMoment(sums, atRisk, { ended, leaving: leaving.map((moments) => moments.get(time)?.ended ?? 0) });
    for (const [i, moments] of leaving.entries()) {
      const moment = moments.get(time);
      atRisk[i] = (atRisk[i] ?? 0) - (moment?.ended ?? 0) - (moment?.censored ?? 0);
    }
  }
  return sums;
}

function addMoment(
  { observed, expected, variance }: Tally,
  atRisk: readonly number[],
  { ended, leaving }: { readonly ended: number; readonly leaving: readonly number[] },
): void {
  const all = atRisk.reduce((sum, count) => sum + count, 0);
  const scale = all > 1 ? (ended * (all - ended)) / (all - 1) : 0;
  for (const [i, ofGroup] of atRisk.entries()) {
    const share = ofGroup / all;
    observed[i] = (observed[i] ?? 0) + (leaving[i] ?? 0);
    expected[i] = (expected[i] ?? 0) + ended * share;
    variance[i] = (variance[i] ?? []).map(
      (sofar, j) => sofar + scale * share * (Number(i === j) - (atRisk[j] ?? 0) / all),
    );
  }
}
