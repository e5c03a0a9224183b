import type { Draws } from '../../draws.js';
import type { LoadCommand } from '../command.js';

export const SEGMENT_ID = 'c4a05000-0000-8000-8000-000000000001';
export const PURPOSE = 'marketing';

/** How a campaign reaches its members. */
export type CampaignChannel = 'email' | 'recorder' | 'call';

/** A campaign of the load and its one wave. */
export interface PlannedCampaign {
  readonly campaignId: string;
  readonly waveId: string;
  readonly channel: CampaignChannel;
}

/** What campaigns stand on: a policy without caps, since many campaigns reach the same few people, and a segment. */
export function campaignGround(): readonly LoadCommand[] {
  return [
    {
      key: 'policy',
      service: 'customer-information',
      method: 'PUT',
      path: `/v1/contact-policies/${PURPOSE}`,
      body: { default: 'denied', caps: [], quietHours: [] },
      subject: 'policy',
    },
    {
      key: 'segment',
      service: 'analytics',
      method: 'POST',
      path: '/v1/segments',
      body: { segmentId: SEGMENT_ID, name: 'Who bought', where: { feature: 'orders', gte: 1 } },
      subject: 'segment',
    },
  ];
}

export function plannedCampaign(draws: Draws, emails: boolean): PlannedCampaign {
  const other = draws.pick(['recorder', 'call'] as const);
  const channel = emails && draws.chance(0.7) ? 'email' : other;
  return { campaignId: draws.id(), waveId: draws.id(), channel };
}

/** From the plan to the wave: approved before or after its list is asked for. */
export function campaignStory(
  draws: Draws,
  number: number,
  { campaignId, waveId, channel }: PlannedCampaign,
  limit: number,
): readonly LoadCommand[] {
  const subject = `campaign ${campaignId}`;
  const plan: LoadCommand = {
    key: `campaign ${number}`,
    service: 'marketing',
    method: 'POST',
    path: '/v1/campaigns',
    body: {
      campaignId,
      name: `Chaos ${number}`,
      objective: 'retain',
      purpose: PURPOSE,
      channel,
      offer: { code: `CHAOS-${number}`, text: 'Ten per cent off' },
      period: { from: '2024-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' },
      budget: { amountMinor: 1_000_000, currency: 'USD' },
      costPerContact: { amountMinor: 10, currency: 'USD' },
      control: { fraction: 0.1 },
      response: { windowDays: 30, conversion: 'order' },
    },
    subject,
  };
  const approve: LoadCommand = {
    key: `approve ${number}`,
    service: 'marketing',
    method: 'POST',
    path: `/v1/campaigns/${campaignId}/approve`,
    body: {},
    subject,
    repeatAfterMs: draws.between(1_000, 30_000),
  };
  const list: LoadCommand = {
    key: `list ${number}`,
    service: 'analytics',
    method: 'POST',
    path: '/v1/target-lists',
    body: {
      targetListId: waveId,
      campaignId,
      segmentId: SEGMENT_ID,
      limit,
      orderBy: draws.pick(['revenue', '-revenue', 'lastAt'] as const),
    },
    subject,
  };
  return draws.chance(0.5) ? [plan, approve, list] : [plan, list, approve];
}
