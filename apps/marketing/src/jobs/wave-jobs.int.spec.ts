import { deriveId, newId } from '@crm/event-sourcing';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import type { TestServices } from '@crm/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { approveCampaign, closeCampaign, pauseCampaign, planCampaign } from '../campaign/campaign.decider.js';
import { campaignAggregate } from '../campaign/campaign.js';
import type { PlanInput } from '../campaign/plan-rules.js';
import { aPlan, AS_OF, partyId } from '../spec-kit/campaigns.js';
import { startMarketing } from '../spec-kit/marketing.js';
import { granted, permissionDesk } from '../spec-kit/neighbours.js';
import { assignedTreatments, countingChannel, treatmentStates, type Delivered } from '../spec-kit/treatments.js';
import type { Channel } from '../treatment/channels/channel.js';
import { allChunks } from '../wave/chunks.js';
import { loadChunk } from '../wave/load-chunk.js';
import { loadWave } from '../wave/wave.decider.js';
import { waveAggregate } from '../wave/wave.js';
import { assignWaveLater } from './assign-wave-later.js';
import { presentTreatments } from './present-treatments.js';
import { settleAttempts } from './settle-attempts.js';

const { desk, service: customerInformation } = permissionDesk();
const at = '1997-10-01T00:00:00.000Z';
let services: TestServices;
let context: ServiceContext;

beforeAll(async () => {
  services = await startMarketing(customerInformation);
  context = services.service('marketing').context;
});
afterAll(() => services.stop());
beforeEach(() => {
  // Long enough for the process whose clock is ahead.
  desk.answer = () => ({ ...granted(), startBy: '2126-01-01T00:00:00.000Z' });
});

/** The context of a process whose clock is off by so much. */
const clockOff = (byMs: number): ServiceContext =>
  Object.create(context, { clock: { value: () => Date.now() + byMs } }) as ServiceContext;
const run = (job: JobDefinition, payload: object, jobId = `spec-${newId()}`): Promise<void> =>
  Promise.resolve(job.handle({ payload, jobId } as never));
const unclear = (): Channel => countingChannel(true, () => Promise.reject(new Error('connection lost'))).channel;
const sweep = (channel: Channel, { chunk }: Delivered, look: number): Promise<void> =>
  run(settleAttempts(clockOff(3_600_000), new Map([['recorder', channel]])), { ...chunk, look });
const present = (channel: Channel, { chunk }: Delivered): Promise<void> =>
  run(presentTreatments(clockOff(0), new Map([['recorder', channel]])), chunk);

/** How often the attempts of each planned sweep were asked again before. */
async function sweepsOf({ chunk }: Delivered): Promise<readonly number[]> {
  const { rows } = await context.pool.query<{ look: number }>(
    `SELECT (payload->>'look')::int AS look FROM jobs.intent WHERE job_id LIKE 'settle-' || $1 || '-%' ORDER BY due_at`,
    [chunk.waveId],
  );
  return rows.map(({ look }) => look);
}

describe('sweeps', () => {
  it('follow each other while a channel gives no clear answer, and then give up', async () => {
    const delivered = await assignedTreatments(context, 3);
    const channel = { ...unclear(), timeoutMs: 1_000_000 };
    await present(channel, delivered);
    expect(await sweepsOf(delivered)).toEqual([0, 0]);
    await sweep(channel, delivered, 0);
    await sweep(channel, delivered, 4);
    expect([await treatmentStates(context, delivered), await sweepsOf(delivered)]).toEqual([
      { attempted: 3 },
      [0, 0, 1, 5],
    ]);
    await sweep(channel, delivered, 5);
    expect(await treatmentStates(context, delivered)).toEqual({ undetermined: 3 });
    expect(await sweepsOf(delivered)).toHaveLength(4);
  });

  it('ask nobody for a paused campaign but look again, and give up for a closed one', async () => {
    const delivered = await assignedTreatments(context, 2);
    const { campaignId } = delivered.chunk;
    const { channel, sent } = countingChannel(true, () => Promise.reject(new Error('connection lost')));
    await present({ ...channel, timeoutMs: 1_000_000 }, delivered);
    await context.store.transact(campaignAggregate, campaignId, pauseCampaign(campaignId, at));
    await sweep(channel, delivered, 0);
    expect([await treatmentStates(context, delivered), await sweepsOf(delivered)]).toEqual([
      { attempted: 2 },
      [0, 0, 0],
    ]);
    await context.store.transact(campaignAggregate, campaignId, closeCampaign(campaignId, at));
    await sweep(channel, delivered, 0);
    expect([await treatmentStates(context, delivered), [...sent.values()]]).toEqual([{ undetermined: 2 }, [1, 1]]);
  });
});

describe('a channel that is not connected any more', () => {
  it('leaves everything as it is, for a process that is connected', async () => {
    const delivered = await assignedTreatments(context, 1);
    const unavailable = { name: 'ChannelUnavailable', transient: true };
    for (const job of [presentTreatments(context, new Map()), settleAttempts(context, new Map())])
      await expect(run(job, delivered.chunk)).rejects.toMatchObject(unavailable);
    expect(await treatmentStates(context, delivered)).toEqual({ assigned: 1 });
  });
});

describe('a timer that comes before its time by the clock of the process', () => {
  it('is tried again when treatments still wait', async () => {
    const delivered = await assignedTreatments(context, 1);
    const retryAt = new Date(Date.now() + 3_600_000).toISOString();
    desk.answer = () => ({
      outcome: 'not-now',
      retryAt,
      reasons: [{ rule: 'quiet-hours', outcome: 'not-now', eventIds: [] }],
    });
    await present(unclear(), delivered);
    const { waveId } = delivered.chunk;
    const jobId = `present-${waveId}-0-${String(Date.parse(retryAt))}`;
    expect(await context.jobs.status(jobId)).toMatchObject({ state: 'pending' });
    await expect(run(presentTreatments(context), delivered.chunk, jobId)).rejects.toMatchObject({ name: 'TooEarly' });
  });

  it('is tried again when the period of the campaign has not opened', async () => {
    const [campaignId, waveId] = [newId(), newId()];
    const from = new Date(Date.now() + 3_600_000).toISOString();
    const plan = aPlan({ period: { from, to: '2126-01-01T00:00:00.000Z' } }) as unknown as PlanInput;
    await context.store.transact(campaignAggregate, campaignId, planCampaign({ campaignId, plan }));
    await context.store.transact(campaignAggregate, campaignId, approveCampaign(campaignId, at));
    await load(campaignId, waveId, [partyId(1)]);
    const startedAt = new Date().toISOString();
    const chunks = await allChunks(context.store, waveId, 1);
    const wave = loadWave({ waveId, campaignId, origin: 'delivered', startedAt, replayed: false, chunks });
    await context.store.transact(waveAggregate, waveId, wave, { key: waveId });
    const jobId = `assign-${waveId}-${String(Date.parse(from))}`;
    const job = assignWaveLater(context);
    await expect(run(job, { campaignId, waveId }, jobId)).rejects.toMatchObject({ name: 'TooEarly' });
  });
});

describe('a chunk that is delivered twice', () => {
  it('is loaded once, and other content under its number raises an alarm', async () => {
    const [campaignId, waveId] = [newId(), newId()];
    const plan = aPlan() as unknown as PlanInput;
    await context.store.transact(campaignAggregate, campaignId, planCampaign({ campaignId, plan }));
    await load(campaignId, waveId, [partyId(1)]);
    await load(campaignId, waveId, [partyId(1)]);
    await expect(load(campaignId, waveId, [partyId(2)])).rejects.toThrow('other content');
  });
});

/** Delivers chunk 0 of a list, by an event of its own each time. */
function load(campaignId: string, waveId: string, members: readonly string[]): Promise<void> {
  const eventId = newId();
  return loadChunk(context, {
    delivered: {
      targetListId: waveId,
      loopId: waveId,
      campaignId,
      asOf: AS_OF,
      chunk: 0,
      members: members.map((member, index) => ({
        partyId: member,
        rank: index + 1,
        evidence: { values: {}, runIds: [] },
      })),
    },
    replayed: false,
    commandId: (purpose, streamId) => deriveId('command', eventId, purpose, streamId),
  });
}
