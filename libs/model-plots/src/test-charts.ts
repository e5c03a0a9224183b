import type { AssociationRule, CalibrationRow, CampaignEffect } from '@crm/customer-models';
import type { Chart } from './chart.js';
import { extentOf } from './extent.js';

/** Effects of the arms on one metric with their intervals; the control is the line at 0. */
export function campaignChart(effects: readonly CampaignEffect[], metric: CampaignEffect['metric']): Chart {
  const shown = effects.filter((effect) => effect.metric === metric && effect.effect !== null);
  const arms = shown.map(({ arm }) => arm);
  const format = metric === 'revenue-per-member' ? {} : { format: '.1%' };
  return {
    title: `Campaign result: effect on ${metric}`,
    subtitle: `Arm minus ${shown[0]?.against ?? 'control'}, with 95 % intervals`,
    x: { title: 'arm', kind: 'band' },
    y: { title: metric === 'revenue-per-member' ? 'difference of revenue a member' : 'difference of rates', ...format },
    layers: [
      {
        mark: 'ranges',
        name: '95 % interval',
        marks: shown.flatMap(({ arm, interval }) =>
          interval === null ? [] : [{ x: arm, y: interval[1], to: interval[0] }],
        ),
      },
      { mark: 'points', name: 'effect', marks: shown.map(({ arm, effect }) => ({ x: arm, y: effect ?? 0 })) },
      { mark: 'dashes', name: 'no difference', marks: arms.map((arm) => ({ x: arm, y: 0 })) },
    ],
  };
}

/** What was predicted of each tenth of the customers, and what came about. */
export function calibrationChart(calibration: readonly CalibrationRow[]): Chart {
  const [, most] = extentOf(calibration.flatMap(({ predicted, interval }) => [predicted, interval[1]]));
  return {
    title: 'Logistic regression: predicted and observed',
    subtitle: 'One point for each tenth of the customers, with 95 % intervals',
    x: { title: 'mean predicted probability', format: '.0%', ends: [0, most] },
    y: { title: 'share for whom it came about', format: '.0%', ends: [0, most] },
    layers: [
      {
        mark: 'dashes',
        name: 'perfect',
        marks: [
          { x: 0, y: 0 },
          { x: most, y: most },
        ],
      },
      {
        mark: 'ranges',
        name: '95 % interval',
        marks: calibration.map(({ predicted, interval }) => ({ x: predicted, y: interval[1], to: interval[0] })),
      },
      {
        mark: 'points',
        name: 'observed',
        marks: calibration.map(({ predicted, observed }) => ({ x: predicted, y: observed })),
      },
    ],
  };
}

/** Rules by support and confidence, in classes of lift. */
export function associationChart(rules: readonly AssociationRule[]): Chart {
  const classes: readonly (readonly [name: string, from: number, to: number])[] = [
    ['lift below 1.5', 0, 1.5],
    ['lift 1.5 to 2.5', 1.5, 2.5],
    ['lift 2.5 and more', 2.5, Infinity],
  ];
  return {
    title: 'Associated purchases: rules by support and confidence',
    subtitle: 'Confidence: share of the baskets with the left side that hold the right side too',
    x: { title: 'support (share of all baskets)', format: '.1%' },
    y: { title: 'confidence', format: '.0%', ends: [0, 1] },
    layers: classes.map(([name, from, to]) => ({
      mark: 'points' as const,
      name,
      marks: rules
        .filter(({ lift }) => lift >= from && lift < to)
        .map(({ support, confidence }) => ({ x: support, y: confidence })),
    })),
  };
}
