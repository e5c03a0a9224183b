import type { ServiceContext } from '@crm/platform';
import { until, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CampaignPlan } from '../campaign/campaign-plan.js';
import { completePlan, type PlanInput } from '../campaign/plan-rules.js';
import { settleAttempts } from '../jobs/settle-attempts.js';
import { aPlan } from '../spec-kit/campaigns.js';
import { startMarketing } from '../spec-kit/marketing.js';
import { granted, permissionDesk } from '../spec-kit/neighbours.js';
import { assignedTreatments, countingChannel, treatmentStates, type Delivered } from '../spec-kit/treatments.js';
import { alwaysAdmits, type Channel } from './channels/channel.js';
import { Sender } from './sender.js';
import type { TreatmentView } from './treatment.view.js';

const { desk, service: customerInformation } = permissionDesk();
const plan: CampaignPlan = completePlan(aPlan() as unknown as PlanInput);
let services: TestServices;
let context: ServiceContext;

beforeAll(async () => {
  services = await startMarketing(customerInformation);
  context = services.service('marketing').context;
});
afterAll(() => services.stop());
beforeEach(() => {
  desk.answer = granted;
  desk.down = false;
});

const assigned = (count: number): Promise<Delivered> => assignedTreatments(context, count);
const statesOf = (delivered: Delivered): Promise<Record<string, number>> => treatmentStates(context, delivered);

const settle = async ({ chunk }: Delivered, channel: Channel): Promise<void> => {
  const later = Object.create(context, { clock: { value: () => Date.now() + 10_000 } }) as ServiceContext;
  const job = settleAttempts(later, new Map([['recorder', channel]]));
  await job.handle({ payload: { ...chunk, look: 0 } } as never);
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
    const killed = Object.create(context) as ServiceContext;
    void new Sender(killed, channel, plan).present(delivered.round);
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

  it('leave nothing open of a person who was erased meanwhile', async () => {
    const delivered = await assigned(3);
    const never = new Promise<void>(() => undefined);
    const { channel } = countingChannel(false, () => never);
    void new Sender(Object.create(context) as ServiceContext, channel, plan).present(delivered.round.slice(0, 1));
    await until(async () => (await statesOf(delivered))['attempted'] === 1);
    const [attempted, open] = delivered.round.map(({ assigned: { partyId } }) => partyId);
    await context.store.log.bury(attempted!);
    await context.store.log.bury(open!);
    await services.settled();
    const { body } = await services.send(
      'marketer',
      'GET',
      `/v1/treatments?filter=waveId[eq]:${delivered.chunk.waveId}`,
    );
    const found = body.items as readonly TreatmentView[];
    expect(new Map(found.map(({ partyId, state, reason }) => [partyId, [state, reason]]))).toEqual(
      new Map([
        [attempted, ['undetermined', 'party-erased']],
        [open, ['skipped', 'party-erased']],
        [delivered.round[2]?.assigned.partyId, ['assigned', null]],
      ]),
    );
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

  it('leave an attempt undetermined when asking again is denied: it may have reached the customer', async () => {
    const delivered = await assigned(2);
    const { channel, sent } = countingChannel(true, () => Promise.reject(new Error('connection lost')));
    await new Sender(context, channel, plan).present(delivered.round);
    desk.answer = () => ({ outcome: 'denied', reasons: [{ rule: 'consent', outcome: 'denied', eventIds: [] }] });
    await settle(delivered, channel);
    expect([await statesOf(delivered), [...sent.values()]]).toEqual([{ undetermined: 2 }, [1, 1]]);
  });

  it('begin nothing more once one of them failed, and wait for the others', async () => {
    const delivered = await assigned(40);
    let open = 0;
    const { channel, sent } = countingChannel(false, async () => {
      open += 1;
      await context.pool.query('SELECT 1');
      open -= 1;
    });
    const store = Object.create(context.store) as ServiceContext['store'];
    store.transact = (aggregate, streamId, ...rest) =>
      streamId === delivered.round[3]!.assigned.treatmentId
        ? Promise.reject(new Error('no connection'))
        : context.store.transact(aggregate, streamId, ...rest);
    const broken = Object.create(context, { store: { value: store } }) as ServiceContext;
    await expect(new Sender(broken, channel, plan).present(delivered.round)).rejects.toThrow('no connection');
    expect([open, sent.size]).toEqual([0, 15]);
    expect(await statesOf(delivered)).toEqual({ presented: 15, assigned: 25 });
  });

  it('that were stopped while they stored an attempt send nothing on a permission that is old by then', async () => {
    const delivered = await assigned(2);
    const { channel, sent } = countingChannel(false, () => Promise.resolve());
    let now = Date.now();
    const store = Object.create(context.store) as ServiceContext['store'];
    store.transact = async (aggregate, streamId, ...rest) => {
      const committed = await context.store.transact(aggregate, streamId, ...rest);
      if (streamId === delivered.round[1]!.assigned.treatmentId) now += 61_000;
      return committed;
    };
    const stopped = Object.create(context, { store: { value: store }, clock: { value: () => now } }) as ServiceContext;
    await new Sender(stopped, channel, plan).present(delivered.round.slice(0, 1));
    await new Sender(stopped, channel, plan).present(delivered.round.slice(1));
    expect([...sent.keys()]).toEqual([delivered.round[0]!.assigned.treatmentId]);
    const last = (await context.store.readStream(delivered.round[1]!.assigned.treatmentId)).at(-1);
    expect(last).toMatchObject({ type: 'TreatmentSkipped', data: { reason: 'permission-expired' } });
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
      admit: alwaysAdmits(() => Promise.resolve({ status: 'refused', reason: 'unknown-address' })),
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
