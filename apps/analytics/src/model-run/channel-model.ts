import { compareChannels, type ChannelArm, type ChannelFacts } from '@crm/customer-models';
import { recordOf } from './fit-record.js';
import { groupedBy } from './grouped-by.js';
import type { ModelArm, ModelOrder } from './model-inputs.js';
import { refuseOthers } from './model-parameters.js';
import type { ScoringModel, Values } from './model.js';
import { stratifiedLift, type Stratum } from './stratified-lift.js';

const CONTROL = 'control';
/** Orders that do not say through which channel they came. */
const UNKNOWN = 'unknown';

/**
 * What comes in through each channel, and what campaigns on it achieved. `lift` of a row compares treated and control members
 * within each campaign; the report's `campaigns` throws the campaigns of a channel together.
 */
export const channelModel: ScoringModel = {
  name: 'channel',
  version: 'channel.2',
  needs: ['orders', 'arms'],
  values: {},
  rows: {
    channel: 'text',
    customers: 'number',
    orders: 'number',
    revenue: 'number',
    campaigns: 'number',
    members: 'number',
    contacted: 'number',
    responses: 'number',
    conversions: 'number',
    campaignRevenue: 'number',
    cost: 'number',
    controlMembers: 'number',
    controlConversions: 'number',
    lift: 'number',
    low: 'number',
    high: 'number',
  },
  parametersOf(asked) {
    refuseOthers(asked, []);
    return {};
  },
  score({ orders, arms }) {
    // Channels of orders are free text: there may be as many as orders.
    const [sold, achieved] = [groupedBy(orders, channelOf), groupedBy(arms, ({ channel }) => channel)];
    const rows = [...new Set([...sold.keys(), ...achieved.keys()])].sort().map((channel): Values => ({
      channel,
      ...soldThrough(sold.get(channel) ?? []),
      ...achievedOn(achieved.get(channel) ?? []),
    }));
    const campaigns = compareChannels(Array.from(achieved, ([channel, of]) => factsOf(channel, of)));
    const report = recordOf({ channels: rows, campaigns });
    return { fit: { channels: rows.length }, scores: [], report, warnings: [], rows };
  },
  explains: () => ({}),
};

const channelOf = ({ channel }: ModelOrder): string => channel ?? UNKNOWN;

function soldThrough(orders: readonly ModelOrder[]): Values {
  const bought = orders.filter(({ amount }) => amount >= 0);
  return {
    customers: new Set(bought.map(({ partyId }) => partyId)).size,
    orders: bought.length,
    revenue: sumOf(orders.map(({ amount }) => amount)),
  };
}

function achievedOn(arms: readonly ModelArm[]): Values {
  const [treated, control] = sidesOf(arms);
  const campaigns = groupedBy(arms, ({ campaignId }) => campaignId);
  const found = stratifiedLift(Array.from(campaigns.values(), stratumOf));
  return {
    campaigns: campaigns.size,
    members: sumOf(treated.map(({ members }) => members)),
    contacted: sumOf(treated.map(({ contacted }) => contacted)),
    responses: sumOf(treated.map(({ responses }) => responses)),
    conversions: sumOf(treated.map(({ conversions }) => conversions)),
    campaignRevenue: sumOf(treated.map(({ revenue }) => revenue)),
    cost: sumOf(treated.map(({ cost }) => cost)),
    controlMembers: sumOf(control.map(({ members }) => members)),
    controlConversions: sumOf(control.map(({ conversions }) => conversions)),
    ...(found === null ? {} : { lift: found.lift, low: found.interval[0], high: found.interval[1] }),
  };
}

function sidesOf(arms: readonly ModelArm[]): readonly [treated: readonly ModelArm[], control: readonly ModelArm[]] {
  return [arms.filter(({ arm }) => arm !== CONTROL), arms.filter(({ arm }) => arm === CONTROL)];
}

function stratumOf(arms: readonly ModelArm[]): Stratum {
  const [treated, control] = sidesOf(arms);
  const of = (side: readonly ModelArm[], value: 'members' | 'conversions'): number =>
    sumOf(side.map((arm) => arm[value]));
  const [n, hits] = [of(treated, 'members'), of(treated, 'conversions')];
  return { n, hits, controlN: of(control, 'members'), controlHits: of(control, 'conversions') };
}

function factsOf(channel: string, arms: readonly ModelArm[]): ChannelFacts {
  const [treated, control] = sidesOf(arms);
  const cost = sumOf(treated.map((arm) => arm.cost));
  return { channel, treated: together(treated), cost, ...(control.length === 0 ? {} : { control: together(control) }) };
}

function together(arms: readonly ModelArm[]): ChannelArm {
  return {
    members: sumOf(arms.map(({ members }) => members)),
    responses: sumOf(arms.map(({ responses }) => responses)),
    conversions: sumOf(arms.map(({ conversions }) => conversions)),
    revenueSum: sumOf(arms.map(({ revenue }) => revenue)),
    revenueSquaredSum: sumOf(arms.map(({ revenueSquared }) => revenueSquared)),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
