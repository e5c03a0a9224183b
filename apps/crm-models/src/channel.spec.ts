import { describe, expect, it } from '@jest/globals';
import { jsonOf, runVerb } from './spec-kit/run-verb.js';

const TREATED = 'channel,customers,responses,conversions,revenue,cost';
const CONTROL = 'controlCustomers,controlResponses,controlConversions,controlRevenue';
const SQUARES = 'revenueSquares,controlRevenueSquares';

type Lift = { readonly metric: string; readonly p: number; readonly pAdjusted: number };
type Channel = { readonly lift: readonly Lift[]; readonly increment: Record<string, number | null> | null };

const channelsOf = async (head: string, ...records: readonly string[]) =>
  (await jsonOf(['channel'], [head, ...records, ''].join('\n')))['channels'] as readonly Channel[];
const faultOf = async (head: string, ...records: readonly string[]) => {
  const { code, out, err } = await runVerb(['channel'], [head, ...records, ''].join('\n'));
  expect([code, out]).toEqual([1, '']);
  return err;
};

describe('a control of which not all is known', () => {
  it('leaves the increment of that metric empty, and counts no 0', async () => {
    const [channel] = await channelsOf(`${TREATED},${CONTROL}`, 'mail,1000,100,50,2500,200,500,30,,500');
    expect(channel?.increment).toEqual({
      conversions: null,
      costPerConversion: null,
      revenue: 1_500,
      returnOnCost: 6.5,
    });
    expect(channel?.lift.map(({ metric }) => metric)).toEqual(['response']);
  });

  it('has no increment where its number of customers is all there is', async () => {
    const [channel] = await channelsOf(`${TREATED},controlCustomers`, 'mail,1000,100,50,2500,200,500');
    expect(channel).toMatchObject({ increment: null, lift: [] });
    const { out } = await runVerb(['channel'], `${TREATED},controlCustomers\nmail,1000,100,50,2500,200,500\n`);
    expect(out).toContain('\nmail,1000,100,50,2500,200,0.1,0.05,2.5,4,,,,\n');
  });

  it('does not count in the adjustment of the others', async () => {
    const known = 'mail,1000,100,50,2500,200,500,30,10,500';
    const alone = await channelsOf(`${TREATED},${CONTROL}`, known);
    const beside = await channelsOf(`${TREATED},${CONTROL}`, known, 'call,1000,100,50,2500,200,500,30,,');
    const conversion = (channels: readonly Channel[]) =>
      channels.flatMap(({ lift }) => lift).find(({ metric }) => metric === 'conversion');
    expect(conversion(beside)).toEqual(conversion(alone));
  });

  it('has the lift of revenue where both squares are known', async () => {
    const metrics = async (squares: string) =>
      (await channelsOf(`${TREATED},${CONTROL},${SQUARES}`, `mail,100,5,6,100,20,100,5,4,50,${squares}`))[0]?.lift
        .length;
    expect([await metrics('1000,900'), await metrics('1000,')]).toEqual([3, 2]);
  });
});

describe('channels that cannot be', () => {
  it.each([
    [
      'a control without customers',
      'mail,10,5,4,50,2,,1,,',
      '2: column "controlCustomers": is empty, but controlResponses is not',
    ],
    ['more responses than customers', 'mail,10,50,4,50,2,,,,', '2: column "responses": 50 is more than customers, 10'],
    [
      'more conversions than customers',
      'mail,10,5,40,50,2,,,,',
      '2: column "conversions": 40 is more than customers, 10',
    ],
    [
      'a control of more conversions',
      'mail,10,5,4,50,2,9,1,10,',
      '2: column "controlConversions": 10 is more than controlCustomers, 9',
    ],
    ['revenue of nobody', 'mail,0,0,0,50,2,,,,', '2: column "revenue": 50 cannot be of 0 customers'],
    ['a count that is not exact', 'mail,1e20,0,0,50,2,,,,', '2: column "customers": "1e20" is too large to be exact'],
  ])('are refused with file, line and column: %s', async (_, record, fault) => {
    expect(await faultOf(`${TREATED},${CONTROL}`, record)).toBe(`crm-models: standard input:${fault}\n`);
  });

  it('are refused when one is there twice', async () => {
    const [mail, call] = ['mail,10,5,4,50,2', 'call,10,5,4,50,2'];
    expect(await faultOf(TREATED, mail, call, mail)).toBe(
      'crm-models: standard input:4: column "channel": "mail" is there twice, first in standard input:2\n',
    );
  });

  it('are refused when squares are less than their sum allows', async () => {
    const fault = await faultOf(`${TREATED},${SQUARES}`, 'mail,100,5,6,100,20,10,');
    expect(fault).toBe('crm-models: standard input:2: column "revenueSquares": 10 is too small for a revenue of 100\n');
  });
});
