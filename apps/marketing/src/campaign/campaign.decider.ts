import { fingerprintOf, Rejected } from '@crm/event-sourcing';
import { checkPlan, completeControl, completePlan, type ControlInput, type PlanInput } from './plan-rules.js';
import type { Campaign, PlannedCampaign } from './campaign.js';
import type { CampaignPlan } from './campaign-plan.js';
import type { CampaignEvent, CampaignWaveOpened } from './campaign.events.js';

export interface PlanCampaignInput {
  readonly campaignId: string;
  readonly plan: PlanInput;
}

/** Planning is idempotent per campaign id while the campaign is still as planned. */
export const planCampaign =
  ({ campaignId, plan: input }: PlanCampaignInput) =>
  (state: Campaign): readonly CampaignEvent[] => {
    const plan = completePlan(input);
    checkPlan(plan);
    if (state.status !== 'new') {
      if (same(state.plan, plan)) return [];
      throw new Rejected('campaign-id-taken', 'This id belongs to another campaign');
    }
    const waivedBy = input.control?.waivedBy;
    return [{ type: 'CampaignPlanned', data: { campaignId, plan, ...(waivedBy === undefined ? {} : { waivedBy }) } }];
  };

export type ChangesInput = Partial<Omit<PlanInput, 'control'>> & { readonly control?: ControlInput };

/** Only a draft can be changed, and what the draw goes by no longer once a wave was drawn. */
export const changeCampaign =
  (campaignId: string, { control, ...input }: ChangesInput) =>
  (state: Campaign): readonly CampaignEvent[] => {
    const campaign = existing(state);
    if (campaign.status !== 'draft') throw moveNotAllowed(campaign, 'changed');
    const asked: Partial<CampaignPlan> = {
      ...input,
      ...(control === undefined ? {} : { control: completeControl(control) }),
    };
    const changes = Object.fromEntries(
      Object.entries(asked).filter(([field, value]) => !same(campaign.plan[field as keyof CampaignPlan], value)),
    ) as Partial<CampaignPlan>;
    if (Object.keys(changes).length === 0) return [];
    if (campaign.waves.length > 0 && FIXED_BY_A_WAVE.some((field) => field in changes))
      throw new Rejected(
        'campaign-draw-fixed',
        'A wave was drawn by this plan: its arms, control group, channel and response rule stay',
      );
    checkPlan({ ...campaign.plan, ...changes });
    const waivedBy = control?.waivedBy;
    return [
      { type: 'CampaignChanged', data: { campaignId, changes, ...(waivedBy === undefined ? {} : { waivedBy }) } },
    ];
  };

const FIXED_BY_A_WAVE = ['arms', 'control', 'channel', 'assignTo', 'response', 'budget', 'costPerContact'] as const;

export const approveCampaign =
  (campaignId: string, at: string) =>
  (state: Campaign): readonly CampaignEvent[] => {
    const campaign = existing(state);
    if (campaign.status === 'approved' || campaign.status === 'running') return [];
    if (campaign.status !== 'draft') throw moveNotAllowed(campaign, 'approved');
    return [{ type: 'CampaignApproved', data: { campaignId, at } }];
  };

/** An approved campaign runs from its first assignments on. */
export const startCampaign =
  (campaignId: string, at: string) =>
  (state: Campaign): readonly CampaignEvent[] =>
    existing(state).status === 'approved' ? [{ type: 'CampaignStarted', data: { campaignId, at } }] : [];

export const pauseCampaign =
  (campaignId: string, at: string) =>
  (state: Campaign): readonly CampaignEvent[] => {
    const campaign = existing(state);
    if (campaign.status === 'paused') return [];
    if (campaign.status !== 'approved' && campaign.status !== 'running') throw moveNotAllowed(campaign, 'paused');
    return [{ type: 'CampaignPaused', data: { campaignId, at } }];
  };

export const resumeCampaign =
  (campaignId: string, at: string) =>
  (state: Campaign): readonly CampaignEvent[] => {
    const campaign = existing(state);
    if (campaign.status === 'approved' || campaign.status === 'running') return [];
    if (campaign.status !== 'paused') throw moveNotAllowed(campaign, 'resumed');
    return [{ type: 'CampaignResumed', data: { campaignId, at } }];
  };

export const closeCampaign =
  (campaignId: string, at: string) =>
  (state: Campaign): readonly CampaignEvent[] => {
    const campaign = existing(state);
    return campaign.status === 'closed' ? [] : [{ type: 'CampaignClosed', data: { campaignId, at } }];
  };

export type OpenWaveInput = CampaignWaveOpened['data'];

/** A wave may load at any time before the campaign is closed; one that is known may go on. */
export const openWave =
  (input: OpenWaveInput) =>
  (state: Campaign): readonly CampaignEvent[] => {
    const campaign = existing(state);
    if (campaign.waves.includes(input.waveId)) return [];
    if (campaign.status === 'closed')
      throw new Rejected('campaign-closed', 'The campaign is closed: no wave can be loaded any more');
    return [{ type: 'CampaignWaveOpened', data: input, loopId: input.waveId }];
  };

const ALLOWED: Readonly<Record<PlannedCampaign['status'], readonly string[]>> = {
  draft: ['changed', 'approved', 'closed'],
  approved: ['paused', 'closed'],
  running: ['paused', 'closed'],
  paused: ['resumed', 'closed'],
  closed: [],
};

function moveNotAllowed({ status }: PlannedCampaign, move: string): Rejected {
  const allowed = ALLOWED[status];
  return new Rejected('campaign-move-not-allowed', `A campaign that is ${status} cannot be ${move}`, {
    extensions: { from: status, allowed },
  });
}

function existing(state: Campaign): PlannedCampaign {
  if (state.status === 'new') throw new Rejected('campaign-unknown', 'There is no such campaign', { status: 404 });
  return state;
}

function same(left: unknown, right: unknown): boolean {
  return fingerprintOf(left ?? null) === fingerprintOf(right);
}
