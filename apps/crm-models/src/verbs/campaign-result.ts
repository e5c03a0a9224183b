import { compareMembers, type CampaignMember, type EffectMetric } from '@crm/customer-models';
import { allOrNone, number, text, yesOrNo, type Row } from '../columns.js';
import { UsageFault } from '../faults.js';
import { numberOption, required, textOption } from '../options.js';
import { mapped, rowsOf } from '../report.js';
import { verb } from '../verb.js';

const COLUMNS = {
  arm: text('arm as drawn, whoever was reached'),
  response: yesOrNo('1 when the member responded, else 0'),
  conversion: allOrNone(yesOrNo('1 when the member converted, else 0')),
  revenue: allOrNone(number('value of what the member bought in the window')),
};
const HEAD = [
  'arm',
  'against',
  'metric',
  'effect',
  'low',
  'high',
  'level',
  'method',
  'p',
  'pAdjusted',
  'verdict',
] as const;

export const campaignResultVerb = verb({
  name: 'campaign-result',
  about: 'compares the arms of a campaign with its control, one record a member',
  columns: COLUMNS,
  options: {
    control: required(textOption('name', 'name of the control arm')),
    minimumEffect: numberOption('share', 'smallest difference of conversion rates that matters', { above: 0, max: 1 }),
  },
  keys: {
    arms: 'each with its counts, rates with intervals, revenuePerMember, revenueSkewed; a conversion is a response too',
    revenueBootstrap: 'interval of the difference of revenue a member by resampling: read it where revenue is skewed',
    effects: 'the list of effects, each with:',
    arm: 'arm; against is the control',
    metric: 'response, conversion or revenue-per-member, as far as the input has the column',
    effect: 'arm minus control: a difference of rates, or of revenue a member',
    low: 'lower end of the interval of the given level; high is the upper one',
    method: 'newcombe or welch',
    p: 'p of no difference; pAdjusted over all arms of the metric (Holm)',
    verdict: 'positive, negative, not-distinguishable or not-measurable',
  },
  example: 'crm-models campaign-result --input members.csv --control "No E-Mail"',
  run: (table, { control, minimumEffect }) => {
    const metrics = metricsOf(table.rows);
    if (minimumEffect !== undefined && !metrics.has('conversion'))
      throw new UsageFault('--minimum-effect is one of conversion rates, and the input has no column "conversion"');
    checkControl(control, table.coded('arm').texts);
    const { arms, effects, revenueBootstrap } = compareMembers({
      members: mapped(table.rows, memberOf),
      control,
      ...(minimumEffect === undefined ? {} : { conversionMinimumEffect: minimumEffect }),
    });
    const shown = effects.filter(({ metric }) => metrics.has(metric));
    const cells = mapped(shown, ({ interval, ...effect }) => ({ ...effect, low: interval?.[0], high: interval?.[1] }));
    return {
      facts: { control, arms, ...(metrics.has('revenue-per-member') ? { revenueBootstrap } : {}) },
      rows: { key: 'effects', ...rowsOf(HEAD, cells) },
    };
  },
});

type Member = Row<typeof COLUMNS>;

function memberOf({ arm, response, conversion, revenue }: Member): CampaignMember {
  return { arm, responded: response === 1, converted: conversion === 1, revenue: revenue ?? 0 };
}

/** What can be said from the columns that are there: of all members or of none. */
function metricsOf(members: Iterable<Member>): ReadonlySet<EffectMetric> {
  const metrics = new Set<EffectMetric>(['response']);
  for (const { conversion, revenue } of members) {
    if (conversion !== null) metrics.add('conversion');
    if (revenue !== null) metrics.add('revenue-per-member');
    break;
  }
  return metrics;
}

const MOST_NAMES = 20;

function checkControl(control: string, arms: readonly unknown[]): void {
  if (arms.includes(control)) return;
  const more = arms.length > MOST_NAMES ? ', …' : '';
  throw new UsageFault(`--control ${control} is none of the arms ${arms.slice(0, MOST_NAMES).join(', ')}${more}`);
}
