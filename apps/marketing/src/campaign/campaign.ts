import type { Aggregate } from '@crm/event-sourcing';
import type { CampaignPlan } from './campaign-plan.js';
import type { CampaignEvent } from './campaign.events.js';

export const CAMPAIGN_STATES = ['draft', 'approved', 'running', 'paused', 'closed'] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATES)[number];

interface Planned {
  readonly plan: CampaignPlan;
  readonly waivedBy?: string | null;
  readonly waves: readonly string[];
}

export type Campaign =
  | { readonly status: 'new' }
  | (Planned & { readonly status: Exclude<CampaignStatus, 'paused'> })
  | (Planned & { readonly status: 'paused'; readonly resumesTo: 'approved' | 'running' });

export type PlannedCampaign = Exclude<Campaign, { status: 'new' }>;

/** Treatments are assigned and sent by an approved campaign; not while it is paused, nor once it is closed. */
export const maySend = (campaign: Campaign): campaign is PlannedCampaign =>
  campaign.status === 'approved' || campaign.status === 'running';

export const campaignAggregate: Aggregate<Campaign, CampaignEvent> = {
  category: 'campaign',
  initial: { status: 'new' },
  personal: { CampaignPlanned: ['waivedBy'], CampaignChanged: ['waivedBy'] },
  evolve(state, event) {
    if (event.type === 'CampaignPlanned') {
      const { plan, waivedBy } = event.data;
      return { status: 'draft', plan, waves: [], ...(waivedBy === undefined ? {} : { waivedBy }) };
    }
    return state.status === 'new' ? state : evolvePlanned(state, event);
  },
};

function evolvePlanned(state: PlannedCampaign, event: Exclude<CampaignEvent, { type: 'CampaignPlanned' }>): Campaign {
  switch (event.type) {
    case 'CampaignChanged': {
      const { changes, waivedBy } = event.data;
      return { ...state, plan: { ...state.plan, ...changes }, ...(waivedBy === undefined ? {} : { waivedBy }) };
    }
    case 'CampaignApproved':
      return withStatus(state, 'approved');
    case 'CampaignStarted':
      return withStatus(state, 'running');
    case 'CampaignPaused':
      return { ...rest(state), status: 'paused', resumesTo: state.status === 'running' ? 'running' : 'approved' };
    case 'CampaignResumed':
      return withStatus(state, state.status === 'paused' ? state.resumesTo : 'running');
    case 'CampaignClosed':
      return withStatus(state, 'closed');
    case 'CampaignWaveOpened':
      return { ...state, waves: [...state.waves, event.data.waveId] };
  }
}

function rest(state: PlannedCampaign): Planned {
  const { plan, waves, waivedBy } = state;
  return { plan, waves, ...(waivedBy === undefined ? {} : { waivedBy }) };
}

function withStatus(state: PlannedCampaign, status: Exclude<CampaignStatus, 'paused'>): PlannedCampaign {
  return { ...rest(state), status };
}
