import type { ApiClient } from '../api-client.js';
import { loopText, type Loop } from '../loop-text.js';
import type { AcknowledgementLog } from './acknowledgements.js';
import { importOrders, importSummary, registerCustomers } from './customers.js';
import type { DataSet, DrawnMember, Truth } from './data-set.js';
import * as emailTest from './email-test.js';
import * as reactivation from './reactivation.js';
import { resultText, type CampaignResult } from './report.js';
import { Steps } from './steps.js';

/** The demo's JSON: the bodies of the interface, unrounded. */
export interface DemoResult {
  readonly loops: readonly Loop[];
  readonly results: { readonly reactivation: CampaignResult; readonly emailTest: CampaignResult };
  readonly truth?: Truth;
  readonly timings: Readonly<Record<string, number>>;
}

/** Closes the loop twice: a campaign carried out here, and one that was carried out elsewhere. Idempotent. */
export async function runDemo(
  client: ApiClient,
  data: DataSet,
  acknowledgements: AcknowledgementLog,
  say: (line: string) => void,
): Promise<DemoResult> {
  const started = performance.now();
  const steps = new Steps(client, acknowledgements, say);
  say(`\nThe loop, with ${data.title}\n`);
  const parties = await steps.run(
    'registering customers',
    (progress) => registerCustomers(steps, data.customers, progress),
    (map) => String(map.size),
  );
  await steps.run(
    'importing the orders of 39 weeks',
    (progress) => importOrders(steps, data.before, progress),
    importSummary,
  );
  await reactivation.scoreCustomers(steps);
  const members = await reactivation.carryOut(steps, parties);
  const truth = await reactivation.observe(steps, data, members);
  const emailLoop = await emailTest.importEmailTest(steps, data);
  const results = {
    reactivation: await readResult(steps, reactivation.CAMPAIGN_ID, reactivation.TARGET_LIST_ID),
    emailTest: await readResult(steps, emailTest.CAMPAIGN_ID, emailLoop),
  };
  const loops = await steps.run(
    'closing both loops',
    () => closedLoops(steps, [reactivation.TARGET_LIST_ID, emailLoop]),
    () => 'all 14 hops',
  );
  const result = {
    loops,
    results,
    ...(truth === undefined ? {} : { truth }),
    timings: { ...steps.timings, total: (performance.now() - started) / 1000 },
  };
  await tell(steps, result, members, parties, say);
  return result;
}

/** Reads the newest result once everything that happened is in it; reading it is hop 12. */
async function readResult(steps: Steps, campaignId: string, loopId: string): Promise<CampaignResult> {
  const analyst = steps.client.as('analyst');
  await steps.until(async () => {
    const { hops } = await analyst.get<Loop>(`/v1/loops/${loopId}`);
    return hops.find(({ hop }) => hop === '11')?.status === 'done';
  }, `the result of ${campaignId}`);
  return analyst.get<CampaignResult>(`/v1/campaign-results/${campaignId}`);
}

async function closedLoops(steps: Steps, loopIds: readonly string[]): Promise<readonly Loop[]> {
  const read = (loopId: string): Promise<Loop> => steps.client.as('analyst').get(`/v1/loops/${loopId}`);
  for (const loopId of loopIds)
    await steps.until(async () => (await read(loopId)).status === 'complete', `the end of loop ${loopId}`);
  return Promise.all(loopIds.map(read));
}

async function tell(
  steps: Steps,
  { loops, results, truth, timings }: DemoResult,
  members: readonly DrawnMember[],
  parties: ReadonlyMap<string, string>,
  say: (line: string) => void,
): Promise<void> {
  for (const loop of loops) say(`\n${loopText(loop)}`);
  say(`\n${resultText('Reactivation', results.reactivation)}`);
  if (truth !== undefined) say(`planted effect on conversion in this draw: ${truth.reactivation.effect.toFixed(4)}`);
  say(`\n${resultText('E-mail test', results.emailTest)}`);
  const shown = members.find(({ arm }) => arm !== 'control')?.partyRef;
  const partyId = shown === undefined ? undefined : parties.get(shown);
  if (partyId !== undefined) await tellOne(steps, partyId, say);
  say(`\n${(timings['total'] ?? 0).toFixed(1)} s in all`);
}

/** One customer: what happened, what they are scored, and why they were or were not contacted. */
async function tellOne(steps: Steps, partyId: string, say: (line: string) => void): Promise<void> {
  interface Entry {
    readonly at: string;
    readonly service: string;
    readonly kind: string;
  }
  const { items } = await steps.client.get<{ readonly items: readonly Entry[] }>(
    `/v1/parties/${partyId}/timeline?limit=12`,
  );
  say(`\nCustomer ${partyId}, newest first`);
  for (const { at, service, kind } of items) say(`  ${at}  ${service.padEnd(20)}  ${kind}`);
  const scores = await steps.client.get<{
    readonly items: readonly { readonly model: string; readonly values: unknown }[];
  }>(`/v1/customers/${partyId}/scores`);
  for (const { model, values } of scores.items) say(`  ${model}: ${JSON.stringify(values)}`);
  const filter = encodeURIComponent(`partyId[eq]:${partyId}`);
  const treatments = await steps.client.get<{
    readonly items: readonly { readonly treatmentId: string; readonly state: string }[];
  }>(`/v1/treatments?filter=${filter}`);
  for (const { treatmentId, state } of treatments.items) {
    const why = await steps.client.get(`/v1/treatments/${treatmentId}/why`);
    say(`\nWhy treatment ${treatmentId} is ${state}\n${JSON.stringify(why, undefined, 2)}`);
  }
}
