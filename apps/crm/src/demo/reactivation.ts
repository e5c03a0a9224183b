import { deriveId } from '@crm/event-sourcing';
import type { Progress } from '../output.js';
import { CALIBRATION_END, WINDOW_DAYS, type DataSet, type DrawnMember, type Truth } from './data-set.js';
import { importOrders, importSummary } from './customers.js';
import type { Steps } from './steps.js';

export const CAMPAIGN_ID = deriveId('demo', 'reactivation campaign');
const SEGMENT_ID = deriveId('demo', 'slipping away');
export const TARGET_LIST_ID = deriveId('demo', 'reactivation list');

interface Member {
  readonly partyId: string;
  readonly arm: string;
}

interface TargetList {
  readonly status: 'defined' | 'frozen' | 'delivered' | 'acknowledged';
  readonly counts: {
    readonly selected: number;
    readonly frozen: number;
    readonly accepted: number;
    readonly control: number;
  };
}

interface Wave {
  readonly status: 'loading' | 'loaded' | 'running' | 'complete';
  readonly progress?: { readonly done: number; readonly total: number };
}

/** Refreshes the mart and scores every customer as of the end of the calibration. */
export async function scoreCustomers(steps: Steps): Promise<void> {
  const asOf = CALIBRATION_END;
  await steps.run(
    'refreshing the mart',
    (progress) => longWork(steps, 'mart-refreshes', 'mart', { asOf }, progress),
    () => 'integrity checks 1 and 2 passed',
  );
  for (const model of ['rfm', 'bg-nbd'])
    await steps.run(
      `scoring ${model}`,
      (progress) => longWork(steps, `models/${model}/runs`, `run ${model}`, { asOf }, progress),
      ({ customers }) => `${String(customers ?? 0)} customers`,
    );
}

async function longWork(
  steps: Steps,
  noun: string,
  key: string,
  body: unknown,
  progress: Progress,
): Promise<{ readonly customers?: number }> {
  const { id } = await steps.command('analytics', `/v1/${noun}`, body, key);
  await steps.finished(`/v1/${noun}/${id}`, progress);
  return steps.client.get(`/v1/${noun}/${id}`);
}

/** Plans the campaign, freezes the list of those who slip away, and carries it out on the recorder channel. */
export async function carryOut(steps: Steps, parties: ReadonlyMap<string, string>): Promise<readonly DrawnMember[]> {
  await planCampaign(steps);
  const list = await steps.run(
    'freezing the target list',
    (progress) => freezeList(steps, progress),
    ({ counts }) =>
      `${String(counts.selected)} selected, ${String(counts.frozen)} frozen, ${String(counts.accepted)} accepted, ${String(counts.control)} control`,
  );
  const members = await drawnMembers(steps, parties, list.counts.accepted);
  await steps.run(
    'keeping two members out',
    () => keepTwoOut(steps, members, parties),
    () => 'one by a refused consent, one by a frequency cap',
  );
  await steps.run(
    'presenting',
    (progress) => present(steps, progress),
    () => `${String(list.counts.accepted - list.counts.control)} treatments settled`,
  );
  return members;
}

async function planCampaign(steps: Steps): Promise<void> {
  await steps.client.put('/v1/contact-policies/marketing', {
    default: 'denied',
    caps: [{ channel: 'any', max: 1, windowDays: 30 }],
    quietHours: [],
  });
  await steps.command(
    'marketing',
    '/v1/campaigns',
    {
      campaignId: CAMPAIGN_ID,
      name: 'Come back',
      objective: 'reactivate',
      purpose: 'marketing',
      channel: 'recorder',
      offer: { code: 'COME-BACK', text: 'Ten per cent off the next order' },
      period: { from: '1997-09-30T00:00:00Z', to: '1998-07-31T00:00:00Z' },
      budget: { amountMinor: 100_000, currency: 'USD' },
      costPerContact: { amountMinor: 50, currency: 'USD' },
      control: { fraction: 0.2 },
      response: { windowDays: WINDOW_DAYS, conversion: 'order', minimumEffect: 0.2 },
    },
    'campaign reactivation',
  );
  await steps.command(
    'analytics',
    '/v1/segments',
    {
      segmentId: SEGMENT_ID,
      name: 'Frequent customers who slip away',
      where: {
        all: [
          { feature: 'bg-nbd.pAlive', lt: 0.7 },
          { feature: 'rfm.f', gte: 3 },
        ],
      },
    },
    'segment slipping away',
  );
}

async function freezeList(steps: Steps, progress: Progress): Promise<TargetList> {
  const body = { targetListId: TARGET_LIST_ID, campaignId: CAMPAIGN_ID, segmentId: SEGMENT_ID, asOf: CALIBRATION_END };
  await steps.command('analytics', '/v1/target-lists', body, 'target list');
  const read = (): Promise<TargetList> => steps.client.get(`/v1/target-lists/${TARGET_LIST_ID}`);
  const states = ['defined', 'frozen', 'delivered', 'acknowledged'];
  await steps.until(async () => {
    const { status } = await read();
    progress.update(states.indexOf(status), states.length - 1);
    return status === 'acknowledged';
  }, 'the acknowledgement of the target list');
  return read();
}

/** The list is acknowledged by analytics; marketing shows its members when its own read model has them. */
async function drawnMembers(
  steps: Steps,
  parties: ReadonlyMap<string, string>,
  accepted: number,
): Promise<readonly DrawnMember[]> {
  const references = new Map([...parties].map(([reference, partyId]) => [partyId, reference]));
  let members: readonly Member[] = [];
  await steps.until(async () => {
    members = await steps.client.all<Member>(`/v1/waves/${TARGET_LIST_ID}/members`);
    return members.length === accepted;
  }, 'the members of the wave');
  return members
    .map(({ partyId, arm }) => ({ partyRef: references.get(partyId) ?? partyId, arm }))
    .sort((left, right) => (left.partyRef < right.partyRef ? -1 : 1));
}

/** The first two treated members, so that two reasons against a contact can be seen. */
async function keepTwoOut(
  steps: Steps,
  members: readonly DrawnMember[],
  parties: ReadonlyMap<string, string>,
): Promise<void> {
  const [refuser, contacted] = members
    .filter((member) => member.arm !== 'control')
    .map(({ partyRef }) => parties.get(partyRef) ?? '');
  if (refuser === undefined || contacted === undefined) throw new Error('the wave has fewer than two treated members');
  await steps.client.put(`/v1/parties/${refuser}/consents/marketing/any`, {
    state: 'denied',
    source: 'demo',
    occurredAt: '1997-09-15T09:00:00Z',
  });
  const at = '1997-09-20T14:00:00Z';
  const event = {
    contactId: 'demo-1',
    at,
    channel: 'call',
    direction: 'outbound',
    partyRef: members.find(({ partyRef }) => parties.get(partyRef) === contacted)?.partyRef,
  };
  await steps.client.post('/v1/contact-events/batch', {
    source: 'demo-call-center',
    events: [
      { ...event, vendorEventId: 'demo-1-1', sequence: 1, kind: 'answered' },
      { ...event, vendorEventId: 'demo-1-2', sequence: 2, kind: 'ended', at: '1997-09-20T14:05:00Z' },
    ],
  });
  await steps.until(async () => {
    const check = { partyId: contacted, channel: 'recorder', purpose: 'marketing', at: CALIBRATION_END };
    return !(await steps.client.post<{ readonly allowed: boolean }>('/v1/contact-permissions/check', check)).allowed;
  }, 'the contact in the ledger');
}

async function present(steps: Steps, progress: Progress): Promise<void> {
  await steps.command('marketing', `/v1/campaigns/${CAMPAIGN_ID}/approve`, {}, 'approve reactivation');
  await steps.until(async () => {
    const { status, progress: state } = await steps.client.get<Wave>(`/v1/waves/${TARGET_LIST_ID}`);
    if (state !== undefined) progress.update(state.done, state.total);
    return status === 'complete';
  }, 'the end of the wave');
}

/** Imports what the customers bought afterwards and closes the campaign. */
export async function observe(
  steps: Steps,
  data: DataSet,
  members: readonly DrawnMember[],
): Promise<Truth | undefined> {
  const { orders, truth } = data.after(members);
  await steps.run(
    'importing the orders of the window',
    (progress) => importOrders(steps, orders, progress),
    importSummary,
  );
  await steps.command('marketing', `/v1/campaigns/${CAMPAIGN_ID}/close`, {}, 'close reactivation');
  return truth;
}
