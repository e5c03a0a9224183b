import { bootstrapDifference, type BootstrapDifference } from './bootstrap.js';
import { campaignEffects, type ArmCounts, type CampaignEffect } from './campaign-result.js';
import { ModelDataError } from './errors.js';
import { wilsonInterval, type Interval } from './proportions.js';

/** One member by the arm drawn, reached or not. A conversion counts as a response too. `revenue` is over the whole window. */
export type CampaignMember = {
  readonly arm: string;
  readonly responded: boolean;
  readonly converted: boolean;
  readonly revenue: number;
};

export type MembersQuestion = {
  readonly members: Iterable<CampaignMember>;
  /** Name of the control arm among the members' arms. */
  readonly control: string;
  readonly conversionMinimumEffect?: number;
  /** Of the bootstrap. */
  readonly seed?: number | string;
  readonly resamples?: number;
};

/** With Wilson's interval, 95 %. */
export type Rate = { readonly rate: number; readonly interval: Interval };

export type ArmResult = ArmCounts & {
  readonly responseRate: Rate;
  readonly conversionRate: Rate;
  readonly revenuePerMember: number;
  /**
   * Fewer members than 25 × skewness² of their revenue (Cochran 1977, 2.15): Welch's interval may miss, read the bootstrap.
   */
  readonly revenueSkewed: boolean;
};

export type MembersComparison = {
  /** In code-unit order of their names. */
  readonly arms: readonly ArmResult[];
  readonly effects: readonly CampaignEffect[];
  /** Revenue a member against the control, for every other arm. */
  readonly revenueBootstrap: readonly (BootstrapDifference & { readonly arm: string })[];
};

/**
 * The whole comparison of arms from one row for each member: counts and rates, `campaignEffects`, and a bootstrap of revenue.
 * The order of the members does not matter. Throws `unknown-control`, `too-few-groups` when there is no other arm,
 * `invalid-value`.
 */
export function compareMembers(question: MembersQuestion): MembersComparison {
  const byArm = new Map<string, CampaignMember[]>();
  for (const member of question.members) {
    if (!Number.isFinite(member.revenue)) {
      throw new ModelDataError('invalid-value', `a member of arm '${member.arm}' has revenue ${member.revenue}`);
    }
    const members = byArm.get(member.arm);
    if (members === undefined) byArm.set(member.arm, [member]);
    else members.push(member);
  }
  const revenues = new Map([...byArm].map(([arm, members]) => [arm, ascendingRevenue(members)]));
  const arms = [...byArm.keys()].sort().map((arm) => armOf(arm, byArm.get(arm) ?? [], revenues.get(arm) ?? []));
  const { control, conversionMinimumEffect, seed = 1, resamples = 2_000 } = question;
  const effects = campaignEffects({
    arms,
    control,
    ...(conversionMinimumEffect === undefined ? {} : { conversionMinimumEffect }),
  });
  if (arms.length < 2) throw new ModelDataError('too-few-groups', `there is no arm beside the control '${control}'`);
  const second = revenues.get(control) ?? [];
  const revenueBootstrap = arms
    .filter(({ arm }) => arm !== control)
    .map(({ arm }) => ({ arm, ...bootstrapDifference({ first: revenues.get(arm) ?? [], second, seed, resamples }) }));
  return { arms, effects, revenueBootstrap };
}

function armOf(arm: string, members: readonly CampaignMember[], revenues: readonly number[]): ArmResult {
  const n = members.length;
  const responses = members.filter(({ responded, converted }) => responded || converted).length;
  const conversions = members.filter(({ converted }) => converted).length;
  const revenueSum = revenues.reduce((sum, revenue) => sum + revenue, 0);
  return {
    arm,
    members: n,
    responses,
    conversions,
    revenueSum,
    revenueSquaredSum: revenues.reduce((sum, revenue) => sum + revenue * revenue, 0),
    responseRate: rateOf(responses, n),
    conversionRate: rateOf(conversions, n),
    revenuePerMember: revenueSum / n,
    revenueSkewed: n < 25 * squaredSkewness(revenues, revenueSum / n),
  };
}

// Sorted, so that sums of fractions come out the same for every order of the members.
function ascendingRevenue(members: readonly CampaignMember[]): readonly number[] {
  return members.map(({ revenue }) => revenue).sort((a, b) => a - b);
}

function rateOf(successes: number, n: number): Rate {
  return { rate: successes / n, interval: wilsonInterval({ successes, n }) };
}

function squaredSkewness(values: readonly number[], mean: number): number {
  if (values[0] === values.at(-1)) return 0;
  const moment = (power: number): number =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
  return moment(3) ** 2 / moment(2) ** 3;
}
