import { compareChannels, type ChannelArm, type ChannelFacts, type ChannelResult } from '@crm/customer-models';
import { number, optional, text, type Row } from '../columns.js';
import type { RowCheck } from '../reading/check-rows.js';
import type { Table } from '../reading/table.js';
import { rowsOf } from '../report.js';
import { verb } from '../verb.js';

const count = (about: string) => number(about, { min: 0, whole: true });

const COLUMNS = {
  channel: text('channel, once'),
  customers: count('customers drawn for it'),
  responses: count('those who responded'),
  conversions: count('those who converted'),
  revenue: number('net revenue of all of them'),
  cost: number('what the channel cost, in the unit of revenue', { min: 0 }),
  revenueSquares: optional(number('sum of the squares of their revenues, for the lift of revenue', { min: 0 })),
  controlCustomers: optional(count('customers drawn for it and held back; empty: no control')),
  controlResponses: optional(count('those of them who responded')),
  controlConversions: optional(count('those of them who converted')),
  controlRevenue: optional(number('net revenue of all of them')),
  controlRevenueSquares: optional(number('sum of the squares of their revenues', { min: 0 })),
};
const HEAD = [
  ...([
    'channel',
    'customers',
    'responses',
    'conversions',
    'revenue',
    'cost',
    'responseRate',
    'conversionRate',
  ] as const),
  ...(['revenuePerCustomer', 'costPerConversion', 'incrementalConversions', 'incrementalRevenue'] as const),
  ...(['incrementalCostPerConversion', 'returnOnCost'] as const),
] as const;

export const channelVerb = verb({
  name: 'channel',
  about: 'compares channels by what they reached, brought and cost, and by what they brought beyond their control',
  columns: COLUMNS,
  options: {},
  keys: {
    channels: 'the list of channels by name: the input, and',
    responseRate: 'share of customers who responded; conversionRate likewise',
    revenuePerCustomer: 'revenue of a customer',
    costPerConversion: 'cost of a conversion',
    increment: 'beyond the control: conversions, revenue, costPerConversion, returnOnCost; empty where it is not known',
    lift: 'effects against the control, as campaign-result has them; not in CSV',
  },
  example: 'crm-models channel --input channels.csv --json',
  check: (table) => channelCheck(table),
  run: ({ rows }) => {
    const channels = resultsOf([...rows]);
    const cells = channels.map(({ increment, ...channel }) => ({
      ...channel,
      incrementalConversions: increment?.conversions,
      incrementalRevenue: increment?.revenue,
      incrementalCostPerConversion: increment?.costPerConversion,
      returnOnCost: increment?.returnOnCost,
    }));
    return { facts: { channels }, rows: rowsOf(HEAD, cells) };
  },
});

type Channel = Row<typeof COLUMNS>;

/** The parts of the increment; each null where the control does not tell it. */
type Increment = { readonly [Part in keyof NonNullable<ChannelResult['increment']>]: number | null };
type Result = Omit<ChannelResult, 'increment'> & { readonly increment: Increment | null };

/**
 * The channels metric by metric, each beside a control only where the control has that metric: what is not known is
 * no 0, and its p does not count in the adjustment of the others.
 */
function resultsOf(records: readonly Channel[]): readonly Result[] {
  const compared = (isKnown: (row: Channel) => boolean) =>
    new Map(
      compareChannels(records.map((row) => factsOf(row, isKnown(row)))).map((result) => [result.channel, result]),
    );
  const responses = compared((row) => row.controlResponses !== null);
  const conversions = compared((row) => row.controlConversions !== null);
  const revenue = compared((row) => row.controlRevenue !== null);
  // Without the squares the variance is unknown, and the effect on revenue is not shown.
  const squares = compared(
    (row) => row.controlRevenue !== null && row.revenueSquares !== null && row.controlRevenueSquares !== null,
  );
  const liftOf = (of: ReadonlyMap<string, ChannelResult>, channel: string, metric: string) =>
    of.get(channel)?.lift.filter((effect) => effect.metric === metric) ?? [];
  return Array.from(responses, ([channel, result]) => ({
    ...result,
    lift: [
      ...liftOf(responses, channel, 'response'),
      ...liftOf(conversions, channel, 'conversion'),
      ...liftOf(squares, channel, 'revenue-per-member'),
    ],
    increment: incrementOf(conversions.get(channel)?.increment, revenue.get(channel)?.increment),
  }));
}

function incrementOf(
  conversions: ChannelResult['increment'] | undefined,
  revenue: ChannelResult['increment'] | undefined,
): Increment | null {
  const [ofConversions, ofRevenue] = [conversions ?? null, revenue ?? null];
  if (ofConversions === null && ofRevenue === null) return null;
  return {
    conversions: ofConversions?.conversions ?? null,
    revenue: ofRevenue?.revenue ?? null,
    costPerConversion: ofConversions?.costPerConversion ?? null,
    returnOnCost: ofRevenue?.returnOnCost ?? null,
  };
}

function factsOf(row: Channel, withControl: boolean): ChannelFacts {
  const { channel, cost, controlCustomers } = row;
  const treated = armOf(row.customers, row.responses, { ...row, squares: row.revenueSquares });
  if (controlCustomers === null || !withControl) return { channel, cost, treated };
  const control = armOf(controlCustomers, row.controlResponses ?? 0, {
    conversions: row.controlConversions ?? 0,
    revenue: row.controlRevenue ?? 0,
    squares: row.controlRevenueSquares,
  });
  return { channel, cost, treated, control };
}

function armOf(
  members: number,
  responses: number,
  {
    conversions,
    revenue,
    squares,
  }: { readonly conversions: number; readonly revenue: number; readonly squares: number | null },
): ChannelArm {
  return {
    members,
    responses,
    conversions,
    revenueSum: revenue,
    revenueSquaredSum: squares ?? leastSquares(revenue, members),
  };
}

/** What the squares sum up to when all have the same revenue. */
function leastSquares(revenue: number, members: number): number {
  return members === 0 ? 0 : (revenue * revenue) / members;
}

const GROUPS = [
  ['customers', ['responses', 'conversions'], 'revenue', 'revenueSquares'],
  ['controlCustomers', ['controlResponses', 'controlConversions'], 'controlRevenue', 'controlRevenueSquares'],
] as const;
/** Decimals are rounded, and so are their squares. */
const ROUNDING = 1e-9;

function channelCheck({ placeOf }: Table<typeof COLUMNS>): RowCheck<typeof COLUMNS> {
  const known = new Map<string, number>();
  return (row, index) => {
    const first = known.get(row.channel);
    if (first !== undefined)
      return { column: 'channel', fault: `"${row.channel}" is there twice, first in ${placeOf(first)}` };
    known.set(row.channel, index);
    for (const [whole, parts, revenue, squares] of GROUPS) {
      const [members, value, sum] = [row[whole], row[revenue], row[squares]];
      const given = [...parts, revenue, squares].find((name) => row[name] !== null);
      if (members === null && given !== undefined) return { column: whole, fault: `is empty, but ${given} is not` };
      const larger = parts.find((name) => (row[name] ?? 0) > (members ?? Infinity));
      if (larger !== undefined)
        return { column: larger, fault: `${String(row[larger])} is more than ${whole}, ${String(members)}` };
      if (members === 0 && value !== null && value !== 0)
        return { column: revenue, fault: `${String(value)} cannot be of 0 customers` };
      if (sum !== null && sum < leastSquares(value ?? 0, members ?? 0) * (1 - ROUNDING))
        return { column: squares, fault: `${String(sum)} is too small for a ${revenue} of ${String(value)}` };
    }
    return undefined;
  };
}
