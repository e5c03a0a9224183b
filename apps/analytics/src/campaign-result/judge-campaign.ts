import { campaignEffects, type CampaignEffect } from '@crm/customer-models';
import type { BusinessRules } from '../business-rules/business-rules.js';
import type { ArmRow, CampaignFacts } from './arm-rows.js';
import type { ArmResult, CampaignJudgement, Money } from './campaign-result.events.js';

const CONTROL = 'control';

/** Judges a campaign by what its members came to: effects against control, what they brought in, and what that cost. */
export function judgeCampaign(
  { plan, arms: rows, contamination }: Omit<CampaignFacts, 'loops' | 'closed'>,
  { version: businessRulesVersion, marginRate }: Pick<BusinessRules, 'version' | 'marginRate'>,
): CampaignJudgement {
  const { currency } = plan.budget;
  const money = (amountMinor: number): Money => ({ amountMinor: Math.round(amountMinor), currency });
  const arms = armNames(plan.arms, rows).map((name) => rows.find(({ arm }) => arm === name) ?? emptyArm(name));
  const { minimumEffect } = plan.response;
  const effects = campaignEffects({
    arms: arms.map(({ revenue: revenueSum, revenueSquared: revenueSquaredSum, ...arm }) => ({
      ...arm,
      revenueSum,
      revenueSquaredSum,
    })),
    control: CONTROL,
    ...(minimumEffect === undefined ? {} : { conversionMinimumEffect: minimumEffect }),
  });
  const cost = arms.reduce((sum, { contacted }) => sum + contacted * plan.costPerContact.amountMinor, 0);
  const incremental = incrementalRevenue(effects, rows);
  return {
    arms: arms.map((row) => armResult(row, plan.costPerContact.amountMinor, money)),
    effects,
    contamination,
    incrementalRevenue: incremental === null ? null : money(incremental),
    roi: incremental === null || cost === 0 ? null : (incremental * marginRate - cost) / cost,
    businessRulesVersion,
  };
}

/** The planned arms, then those that an imported wave brought along, then control. */
function armNames(planned: readonly { readonly name: string }[], rows: readonly ArmRow[]): readonly string[] {
  const names = new Set([...planned.map(({ name }) => name), ...rows.map(({ arm }) => arm).sort()]);
  names.delete(CONTROL);
  return [...names, CONTROL];
}

function emptyArm(arm: string): ArmRow {
  return { arm, members: 0, contacted: 0, responses: 0, conversions: 0, revenue: 0, revenueSquared: 0 };
}

function armResult(row: ArmRow, costPerContact: number, money: (amountMinor: number) => Money): ArmResult {
  const { arm, members, contacted, responses, conversions, revenue } = row;
  return {
    arm,
    members,
    contacted,
    responses,
    conversions,
    revenue: money(revenue),
    cost: money(contacted * costPerContact),
  };
}

/** What the treated members brought in beyond what they would have without; nothing where there is no control to tell. */
function incrementalRevenue(effects: readonly CampaignEffect[], rows: readonly ArmRow[]): number | null {
  const onRevenue = effects.flatMap(({ metric, arm, effect }) =>
    metric === 'revenue-per-member' && effect !== null ? [{ arm, effect }] : [],
  );
  if (onRevenue.length === 0) return null;
  return onRevenue.reduce(
    (sum, { arm, effect }) => sum + effect * (rows.find((row) => row.arm === arm)?.members ?? 0),
    0,
  );
}
