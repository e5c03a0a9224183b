import { checkedSum, ModelDataError } from './errors.js';
import { fisherExactP, hasSmallCells } from './fisher-exact.js';
import { holmAdjusted } from './holm.js';
import { isMeasurable } from './power.js';
import { newcombeInterval, pooledTwoProportionP, type Interval, type Proportion } from './proportions.js';
import { verdictOf, type Verdict } from './verdict.js';
import { welchDifference } from './welch.js';

/** One arm as drawn (intention to treat). `revenueSum` and `revenueSquaredSum` are over members, in one unit and its square. */
export type ArmCounts = {
  readonly arm: string;
  readonly members: number;
  readonly responses: number;
  readonly conversions: number;
  readonly revenueSum: number;
  readonly revenueSquaredSum: number;
};

export type EffectMetric = 'response' | 'conversion' | 'revenue-per-member';

/** `effect` is arm minus control: a difference of rates, or of revenue a member. Null where the data allow no number. */
export type CampaignEffect = {
  readonly arm: string;
  readonly against: string;
  readonly metric: EffectMetric;
  readonly effect: number | null;
  readonly interval: Interval | null;
  readonly level: number;
  readonly method: 'newcombe' | 'welch';
  readonly p: number | null;
  readonly pAdjusted: number | null;
  readonly verdict: Verdict;
};

export type CampaignQuestion = {
  readonly arms: readonly ArmCounts[];
  /** Name of the control arm among `arms`. */
  readonly control: string;
  /** Smallest difference of conversion rates that matters; without it there is no power rule. */
  readonly conversionMinimumEffect?: number;
};

type Comparison = Pick<CampaignEffect, 'effect' | 'interval' | 'p'>;

const LEVEL = 0.95;
const METRICS: readonly EffectMetric[] = ['response', 'conversion', 'revenue-per-member'];
const NO_COMPARISON: Comparison = { effect: null, interval: null, p: null };

/**
 * Effects of every arm against the control, by metric and then by arm as given. Rates: Newcombe's interval, p by the
 * pooled z test or Fisher's exact test in small cells. Revenue: Welch. Holm's adjustment runs across the arms of one
 * metric; the power rule concerns the conversion metric. Throws `unknown-control`, `invalid-counts`, `invalid-value`.
 */
export function campaignEffects(question: CampaignQuestion): readonly CampaignEffect[] {
  const control = question.arms.find(({ arm }) => arm === question.control);
  if (control === undefined) {
    const arms = question.arms.map(({ arm }) => `'${arm}'`).join(', ');
    throw new ModelDataError('unknown-control', `control '${question.control}' is none of the arms ${arms}`);
  }
  for (const arm of question.arms) checkArm(arm);
  const treated = question.arms.filter(({ arm }) => arm !== question.control);
  return METRICS.flatMap((metric) => effectsOn(metric, treated, { ...question, control }));
}

function effectsOn(
  metric: EffectMetric,
  treated: readonly ArmCounts[],
  { control, conversionMinimumEffect }: Omit<CampaignQuestion, 'control'> & { readonly control: ArmCounts },
): readonly CampaignEffect[] {
  const comparisons = treated.map((arm) => ({ arm, ...compare(metric, arm, control) }));
  const adjusted = holmAdjusted(comparisons.flatMap(({ p }) => p ?? []));
  let tested = 0;
  return comparisons.map(({ arm, effect, interval, p }) => {
    const pAdjusted = p === null ? null : (adjusted[tested++] ?? p);
    const measurable = metric !== 'conversion' || isLargeEnough(arm, control, conversionMinimumEffect);
    return {
      arm: arm.arm,
      against: control.arm,
      metric,
      effect,
      interval,
      level: LEVEL,
      method: metric === 'revenue-per-member' ? 'welch' : 'newcombe',
      p,
      pAdjusted,
      verdict: verdictOf({ effect: effect ?? 0, interval, pAdjusted, arms: treated.length, measurable }),
    };
  });
}

function compare(metric: EffectMetric, arm: ArmCounts, control: ArmCounts): Comparison {
  if (arm.members === 0 || control.members === 0) return NO_COMPARISON;
  if (metric === 'revenue-per-member') {
    const { difference, interval, p } = welchDifference(revenueOf(arm), revenueOf(control), LEVEL);
    return { effect: difference, interval, p };
  }
  const first = rateOf(metric, arm);
  const second = rateOf(metric, control);
  return {
    effect: first.successes / first.n - second.successes / second.n,
    interval: newcombeInterval(first, second, LEVEL),
    p: hasSmallCells(first, second) ? fisherExactP(first, second) : pooledTwoProportionP(first, second),
  };
}

function rateOf(metric: 'response' | 'conversion', arm: ArmCounts): Proportion {
  return { successes: metric === 'response' ? arm.responses : arm.conversions, n: arm.members };
}

function revenueOf(arm: ArmCounts): { readonly n: number; readonly sum: number; readonly squaredSum: number } {
  return { n: arm.members, sum: arm.revenueSum, squaredSum: arm.revenueSquaredSum };
}

function isLargeEnough(arm: ArmCounts, control: ArmCounts, minimumEffect: number | undefined): boolean {
  if (minimumEffect === undefined || control.members === 0) return true;
  const controlRate = control.conversions / control.members;
  return isMeasurable({ controlRate, minimumEffect, nTreated: arm.members, nControl: control.members });
}

function checkArm({ arm, members, responses, conversions, revenueSum, revenueSquaredSum }: ArmCounts): void {
  checkedSum(`the revenue of arm '${arm}', or its square,`, revenueSum + revenueSquaredSum);
  const counts = [members, responses, conversions];
  if (counts.some((count) => !Number.isInteger(count) || count < 0) || Math.max(responses, conversions) > members) {
    throw new ModelDataError(
      'invalid-counts',
      `arm '${arm}' has ${members} members, ${responses} responses, ${conversions} conversions`,
    );
  }
}
