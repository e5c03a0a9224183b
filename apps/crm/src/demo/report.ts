import { table } from '../output.js';

/** Body of `GET /v1/campaign-results/{campaignId}`, as far as the demo shows it. */
export interface CampaignResult {
  readonly version: number;
  readonly reason: string;
  readonly arms: readonly {
    readonly arm: string;
    readonly members: number;
    readonly contacted: number;
    readonly responses: number;
    readonly conversions: number;
    readonly revenue: Money;
    readonly cost: Money;
  }[];
  readonly effects: readonly {
    readonly arm: string;
    readonly metric: string;
    readonly effect: number | null;
    readonly interval: readonly [number, number] | null;
    readonly pAdjusted: number | null;
    readonly verdict: string;
  }[];
  readonly roi: number | null;
  readonly incrementalRevenue: Money | null;
}

interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

const money = ({ amountMinor, currency }: Money): string => `${(amountMinor / 100).toFixed(2)} ${currency}`;
const number = (value: number | null, digits = 4): string => (value === null ? '-' : value.toFixed(digits));

/** A result as two tables: the arms, and the effects against control. */
export function resultText(title: string, result: CampaignResult): string {
  const arms = result.arms.map((arm) => [
    arm.arm,
    arm.members,
    arm.contacted,
    arm.responses,
    arm.conversions,
    money(arm.revenue),
    money(arm.cost),
  ]);
  const effects = result.effects.map(({ arm, metric, effect, interval, pAdjusted, verdict }) => [
    arm,
    metric,
    number(effect),
    interval === null ? '-' : `${number(interval[0])} to ${number(interval[1])}`,
    number(pAdjusted),
    verdict,
  ]);
  const incremental = result.incrementalRevenue === null ? '-' : money(result.incrementalRevenue);
  return [
    title,
    table(['arm', 'members', 'contacted', 'responses', 'conversions', 'revenue', 'cost'], arms),
    table(['arm', 'effect on', 'effect', '95 % interval', 'p adjusted', 'verdict'], effects),
    `incremental revenue ${incremental}, return on investment ${number(result.roi, 2)}`,
  ].join('\n');
}
