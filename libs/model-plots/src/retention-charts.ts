import { sbgSurvival, type CohortTable, type SbgParameters, type SurvivalCurve } from '@crm/customer-models';
import type { Chart } from './chart.js';

/** Survivors of a cohort as observed, and as the model carries them on. */
export function sbgChart(parameters: SbgParameters, survivors: readonly number[], periods: number): Chart {
  const [acquired = 1] = survivors;
  return {
    title: 'sBG: who is still there after so many renewals',
    subtitle: `Observed over ${String(survivors.length - 1)} renewals, projected to ${String(periods)}`,
    x: { title: 'renewals' },
    y: { title: 'share of the customers acquired', format: '.0%', ends: [0, 1] },
    layers: [
      {
        mark: 'line',
        name: 'model',
        marks: Array.from({ length: periods + 1 }, (_, t) => ({ x: t, y: sbgSurvival(parameters, t) })),
      },
      { mark: 'points', name: 'observed', marks: survivors.map((count, t) => ({ x: t, y: count / acquired })) },
    ],
  };
}

/** Survival curves of groups, with their intervals. */
export function survivalChart(
  groups: readonly { readonly name: string; readonly curve: SurvivalCurve }[],
  unit: string,
): Chart {
  return {
    title: 'Kaplan–Meier: how long customers stay',
    subtitle: 'Shaded: 95 % intervals',
    x: { title: `time since the beginning (${unit})` },
    y: { title: 'share that is still there', format: '.0%', ends: [0, 1] },
    layers: groups.flatMap(({ name, curve }) => [
      {
        mark: 'band' as const,
        name,
        marks: curve.steps.flatMap(({ time, interval }) =>
          interval === null ? [] : [{ x: time, y: interval[1], to: interval[0] }],
        ),
      },
      {
        mark: 'steps' as const,
        name,
        marks: [{ x: 0, y: 1 }, ...curve.steps.map(({ time, survival }) => ({ x: time, y: survival }))],
      },
    ]),
  };
}

/** The share of each cohort that is active in the months after its first. */
export function cohortChart({ cohorts }: CohortTable): Chart {
  return {
    title: 'Cohorts: who is active in the months after the first',
    subtitle: 'Share of the customers who came in a month; the first month itself is left out',
    x: { title: 'months after the first', kind: 'band' },
    y: { title: 'month of the first purchase', kind: 'band' },
    cells: cohorts.flatMap(({ month, customers, active }) =>
      active.slice(1).map((count, k) => ({
        x: String(k + 1),
        y: month,
        value: count / customers,
        label: String(Math.round((100 * count) / customers)),
      })),
    ),
  };
}
