import { campaignEffects, type ArmCounts, type CampaignEffect, type EffectMetric } from './campaign-result.js';
import { ModelDataError } from './errors.js';
import { holmAdjusted } from './holm.js';
import { verdictOf } from './verdict.js';

export type ChannelArm = Omit<ArmCounts, 'arm'>;

/** A channel's customers as drawn; `control` are those drawn for it and held back. `cost` has the unit of revenue. */
export type ChannelFacts = {
  readonly channel: string;
  readonly treated: ChannelArm;
  readonly control?: ChannelArm;
  readonly cost: number;
};

/** What the channel brought beyond its control; null without a control. */
export type ChannelIncrement = {
  readonly conversions: number;
  readonly revenue: number;
  /** Null when the channel brought no conversion of its own. */
  readonly costPerConversion: number | null;
  /** (Incremental revenue − cost) / cost; null without cost. */
  readonly returnOnCost: number | null;
};

export type ChannelResult = {
  readonly channel: string;
  readonly customers: number;
  readonly responses: number;
  readonly conversions: number;
  readonly revenue: number;
  readonly cost: number;
  /** Null without customers. */
  readonly responseRate: number | null;
  readonly conversionRate: number | null;
  readonly revenuePerCustomer: number | null;
  /** Null without conversions. */
  readonly costPerConversion: number | null;
  /** Lift against the channel's own control by metric, adjusted over channels; empty without a control. */
  readonly lift: readonly CampaignEffect[];
  readonly increment: ChannelIncrement | null;
};

/**
 * Channels side by side, in code-unit order of their names: what they reached, brought and cost, and what of that they caused.
 * Lift is by `campaignEffects` within a channel, and p by Holm across the channels with a control, metric by metric.
 * Rates of channels that chose their own customers compare the customers too; lift does not.
 * Throws `invalid-counts`, `invalid-value`, also for a channel given twice.
 */
export function compareChannels(facts: Iterable<ChannelFacts>): readonly ChannelResult[] {
  const channels = [...facts].sort((a, b) => (a.channel < b.channel ? -1 : 1));
  for (const [i, { channel, cost }] of channels.entries()) {
    if (channels[i + 1]?.channel === channel) {
      throw new ModelDataError('invalid-value', `channel '${channel}' is given twice`);
    }
    if (!(cost >= 0 && cost < Infinity)) {
      throw new ModelDataError('invalid-value', `cost of channel '${channel}' is ${cost}, not a finite number ≥ 0`);
    }
  }
  return adjusted(channels.map(resultOf));
}

function resultOf({ channel, treated, control, cost }: ChannelFacts): ChannelResult {
  const { members, responses, conversions, revenueSum } = treated;
  // Compared with itself where there is no control, so that its counts are checked all the same.
  const arms = [
    { ...treated, arm: `of ${channel}` },
    { ...(control ?? treated), arm: 'control' },
  ];
  const lift = campaignEffects({ arms, control: 'control' });
  return {
    channel,
    customers: members,
    responses,
    conversions,
    revenue: revenueSum,
    cost,
    responseRate: ratio(responses, members),
    conversionRate: ratio(conversions, members),
    revenuePerCustomer: ratio(revenueSum, members),
    costPerConversion: ratio(cost, conversions),
    lift: control === undefined ? [] : lift.map((effect) => ({ ...effect, arm: channel })),
    increment: control === undefined ? null : incrementOf(lift, members, cost),
  };
}

function incrementOf(lift: readonly CampaignEffect[], members: number, cost: number): ChannelIncrement | null {
  const conversion = effectOn(lift, 'conversion');
  const revenue = effectOn(lift, 'revenue-per-member');
  if (conversion === null || revenue === null) return null;
  return {
    conversions: conversion * members,
    revenue: revenue * members,
    costPerConversion: conversion > 0 ? cost / (conversion * members) : null,
    returnOnCost: ratio(revenue * members - cost, cost),
  };
}

function effectOn(lift: readonly CampaignEffect[], metric: EffectMetric): number | null {
  return lift.find((effect) => effect.metric === metric)?.effect ?? null;
}

function adjusted(results: readonly ChannelResult[]): readonly ChannelResult[] {
  const effects = results.flatMap(({ lift }) => lift);
  const adjustedP = new Map<CampaignEffect, number>();
  for (const metric of new Set(effects.map((effect) => effect.metric))) {
    const tested = effects.filter((effect) => effect.metric === metric && effect.p !== null);
    for (const [i, p] of holmAdjusted(tested.flatMap(({ p }) => p ?? [])).entries()) {
      const effect = tested[i];
      if (effect !== undefined) adjustedP.set(effect, p);
    }
  }
  const channels = results.filter(({ lift }) => lift.length > 0).length;
  return results.map((result) => ({
    ...result,
    lift: result.lift.map((effect) => {
      const pAdjusted = adjustedP.get(effect) ?? null;
      const verdict = verdictOf({ ...effect, effect: effect.effect ?? 0, pAdjusted, arms: channels, measurable: true });
      return { ...effect, pAdjusted, verdict };
    }),
  }));
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
