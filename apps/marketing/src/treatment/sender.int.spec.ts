import { newId } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import { startTestServices, until, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { campaignAggregate } from '../campaign/campaign.js';
import { planCampaign } from '../campaign/campaign.decider.js';
import type { CampaignPlan } from '../campaign/campaign-plan.js';
import { completePlan, type PlanInput } from '../campaign/plan-rules.js';
import { settleAttempts } from '../jobs/settle-attempts.js';
import { marketingService } from '../marketing-service.js';
import { aPlan } from '../spec-kit/campaigns.js';
import { granted, neighbour, permissionDesk } from '../spec-kit/neighbours.js';
import { chunkStreamId, waveChunkAggregate } from '../wave/wave.js';
import type { Channel } from './channels/channel.js';
import { Sender, type ToPresent } from './sender.js';
import { assignTreatment } from './treatment.decider.js';
import { treatmentAggregate } from './treatment.js';
import { treatmentInput } from './treatment-input.js';

const { desk, service: customerInformation } = permissionDesk();
const plan: CampaignPlan = completePlan(aPlan() as unknown as PlanInput);
const at = '1997-10-01T00:00:00.000Z';
let services: TestServices;
let context: ServiceContext;

beforeAll(async () => {
  services = await startTestServices([
    customerInformation,
    marketingService,
    neighbour('analytics'),
    neighbour('sales'),
    neighbour('service'),
  ]);
  context = services.service('marketing').context;
});
afterAll(() => services.stop());
beforeEach(() => {
  desk.answer = granted;
  desk.down = false;
});

interface Delivered {
  readonly chunk: { readonly campaignId: string; readonly waveId: string; readonly chunk: number };
  readonly round: readonly ToPresent[];
}

/** Assigned treatments of one chunk, with no job about to send them. */
async function assigned(count: number): Promise<Delivered> {
  const [campaignId, waveId] = [newId(), newId()];
  await context.store.transact(
    campaignAggregate,
    campaignId,
    planCampaign({ campaignId, plan: aPlan() as unknown as PlanInput }),
  );
  const accepted = Array.from({ length: count }, () => ({ partyId: newId(), arm: 'treatment' }));
  const data = { waveId, campaignId, chunk: 0, origin: 'delivered' as const, accepted, rejected: [] };
  await context.store.recordFact(
    waveChunkAggregate,
    chunkStreamId(waveId, 0),
    { type: 'WaveChunkLoaded', data },
    { key: waveId, fingerprint: '' },
  );
  const inputs = accepted.map((member) => treatmentInput(plan, data, member, at));
  await Promise.all(
    inputs.map((input) =>
      context.store.transact(treatmentAggregate, input.treatmentId, assignTreatment(input), { key: input.partyId }),
    ),
  );
  return {
    chunk: { campaignId, waveId, chunk: 0 },
    round: inputs.map((input) => ({ assigned: input, at, again: false })),
  };
}

/** A channel that counts what it was asked to send, and answers as a spec says. */
function countingChannel(
  idempotent: boolean,
  answer: (send: number) => Promise<void>,
): { readonly channel: Channel; readonly sent: Map<string, number> } {
  const sent = new Map<string, number>();
  let sends = 0;
  const channel: Channel = {
    name: 'recorder',
    idempotent,
    timeoutMs: 1_000,
    async present({ key }) {
      sent.set(key, (sent.get(key) ?? 0) + 1);
      await answer((sends += 1));
      return { status: 'accepted' };
    },
  };
  return { channel, sent };
}

const statesOf = async ({ round }: Delivered): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { assigned: one } of round) {
    const { state } = await context.store.read(treatmentAggregate, one.treatmentId);
    counts[state.status] = (counts[state.status] ?? 0) + 1;
  }
  return counts;
};

const settle = async ({ chunk }: Delivered, channel: Channel): Promise<void> => {
  const later = Object.create(context, { clock: { value: () => Date.now() + 10_000 } }) as ServiceContext;
  const job = settleAttempts(later, new Map([['recorder', channel]]));
  await job.handle({ payload: chunk } as never);
};

describe('senders', () => {
  it('send each treatment once, however many work on it', async () => {
    const delivered = await assigned(60);
    const { channel, sent } = countingChannel(false, () => Promise.resolve());
    await Promise.all(Array.from({ length: 4 }, () => new Sender(context, channel, plan).present(delivered.round)));
    expect([sent.size, Math.max(...sent.values())]).toEqual([60, 1]);
    expect(await statesOf(delivered)).toEqual({ presented: 60 });
  });

  it('that are killed leave at most sixteen attempts, which nobody sends again', async () => {
    const delivered = await assigned(60);
    const never = new Promise<void>(() => undefined);
    const { channel, sent } = countingChannel(false, (send) => (send > 20 ? never : Promise.resolve()));
    // From the twenty-first on nothing comes back: what is left of this sender is what a killed process leaves.
    void new Sender(context, channel, plan).present(delivered.round);
    await until(async () => (await statesOf(delivered))['presented'] === 20 && sent.size === 36);
    expect(await statesOf(delivered)).toEqual({ presented: 20, attempted: 16, assigned: 24 });
    const next = countingChannel(false, () => Promise.resolve());
    await new Sender(context, next.channel, plan).present(delivered.round);
    expect(await statesOf(delivered)).toEqual({ presented: 44, attempted: 16 });
    await settle(delivered, next.channel);
    expect(await statesOf(delivered)).toEqual({ presented: 44, undetermined: 16 });
    expect([...next.sent.keys()].filter((key) => sent.has(key))).toEqual([]);
    expect(Math.max(...sent.values(), ...next.sent.values())).toBe(1);
  });

  it('ask a channel that is idempotent by key again, under the same key', async () => {
    const delivered = await assigned(3);
    const { channel, sent } = countingChannel(true, (send) =>
      send <= 3 ? Promise.reject(new Error('connection lost')) : Promise.resolve(),
    );
    await new Sender(context, channel, plan).present(delivered.round);
    expect(await statesOf(delivered)).toEqual({ attempted: 3 });
    await settle(delivered, channel);
    expect(await statesOf(delivered)).toEqual({ presented: 3 });
    expect([...sent.values()]).toEqual([2, 2, 2]);
  });

  it('send nothing while customer-information is down', async () => {
    const delivered = await assigned(3);
    const { channel, sent } = countingChannel(false, () => Promise.resolve());
    desk.down = true;
    await expect(new Sender(context, channel, plan).present(delivered.round)).rejects.toMatchObject({
      transient: true,
    });
    expect([await statesOf(delivered), sent.size]).toEqual([{ assigned: 3 }, 0]);
  });

  it('skip what the channel certainly did not send, and what comes after the end of the period', async () => {
    const delivered = await assigned(2);
    const refusing: Channel = {
      ...countingChannel(false, () => Promise.resolve()).channel,
      present: () => Promise.resolve({ status: 'refused', reason: 'unknown-address' }),
    };
    const [first, second] = delivered.round;
    const late = { ...second!, assigned: { ...second!.assigned, presentBy: '1997-09-30T00:00:00.000Z' } };
    await new Sender(context, refusing, plan).present([first!, late]);
    const reasons = await Promise.all(
      delivered.round.map(async ({ assigned: one }) => (await context.store.readStream(one.treatmentId)).at(-1)?.data),
    );
    expect(reasons).toMatchObject([{ reason: 'unknown-address' }, { reason: 'campaign-period-over' }]);
  });
});
