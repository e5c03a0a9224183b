import {
  kaplanMeier,
  logRankTest,
  ModelDataError,
  type GroupedDuration,
  type LogRankTest,
  type SurvivalCurve,
} from '@crm/customer-models';
import { allOrNone, number, text, yesOrNo } from '../columns.js';
import { numberOption, withDefault } from '../options.js';
import { rowsOf } from '../report.js';
import { verb } from '../verb.js';

const HEAD = ['group', 'time', 'atRisk', 'ended', 'censored', 'survival', 'standardError', 'low', 'high'] as const;

export const kaplanMeierVerb = verb({
  name: 'kaplan-meier',
  about: 'estimates how many customers survive up to a time, with those who are still there, and compares groups',
  columns: {
    time: number('time observed, in any one unit', { min: 0 }),
    event: yesOrNo('1 when the customer left then, 0 when still there'),
    group: allOrNone(text('group to compare with the others')),
  },
  options: { level: withDefault(numberOption('share', 'coverage of the intervals', { above: 0, max: 0.9999 }), 0.95) },
  keys: {
    groups: 'each group with customers, ended, censoredBefore (last seen before the first step), median',
    logRank:
      'with several groups: chiSquared, degrees, p, and the observed and expected of each; null when nobody left',
    steps: 'the list of steps of the curves, each with:',
    group: 'group; empty without the column',
    time: 'from this time on, up to the next step',
    atRisk: 'customers observed so long; ended: who left then; censored: last seen before the next step',
    survival: 'share that survives; standardError (Greenwood), low and high of the interval',
  },
  example: 'crm-models kaplan-meier --input contracts.csv --json',
  run: ({ rows }, { level }) => {
    const durations = Array.from(rows, ({ time, event, group }) => ({ time, ended: event === 1, group: group ?? '' }));
    const names = [...new Set(durations.map(({ group }) => group))].sort();
    const curves = names.map((group): readonly [string, SurvivalCurve] => [
      group,
      kaplanMeier(
        durations.filter((duration) => duration.group === group),
        level,
      ),
    ]);
    const groups = curves.map(([group, { steps: _, ...facts }]) => ({ group, ...facts }));
    const steps = curves.flatMap(([group, curve]) =>
      curve.steps.map(({ interval, ...step }) => ({ group, ...step, low: interval?.[0], high: interval?.[1] })),
    );
    return {
      facts: { level, groups, ...(names.length > 1 ? { logRank: logRankOf(durations) } : {}) },
      rows: { key: 'steps', ...rowsOf(HEAD, steps) },
    };
  },
});

/** Null when nobody left while two groups were observed: curves may be compared with nothing then. */
function logRankOf(durations: readonly GroupedDuration[]): LogRankTest | null {
  try {
    return logRankTest(durations);
  } catch (error) {
    if (error instanceof ModelDataError && error.code === 'nobody-lost') return null;
    throw error;
  }
}
