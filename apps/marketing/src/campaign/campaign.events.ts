import type { DomainEvent } from '@crm/event-sourcing';
import type { CampaignPlan } from './campaign-plan.js';

// Names and fields are the storage format: add, never change.

/** `waivedBy` names a person and is sealed. */
export type CampaignPlanned = DomainEvent<
  'CampaignPlanned',
  { readonly campaignId: string; readonly plan: CampaignPlan; readonly waivedBy?: string }
>;
export type CampaignChanged = DomainEvent<
  'CampaignChanged',
  { readonly campaignId: string; readonly changes: Partial<CampaignPlan>; readonly waivedBy?: string }
>;
export type CampaignApproved = DomainEvent<'CampaignApproved', { readonly campaignId: string; readonly at: string }>;
/** The first treatments were assigned. */
export type CampaignStarted = DomainEvent<'CampaignStarted', { readonly campaignId: string; readonly at: string }>;
export type CampaignPaused = DomainEvent<'CampaignPaused', { readonly campaignId: string; readonly at: string }>;
export type CampaignResumed = DomainEvent<'CampaignResumed', { readonly campaignId: string; readonly at: string }>;
export type CampaignClosed = DomainEvent<'CampaignClosed', { readonly campaignId: string; readonly at: string }>;
/** A wave began to load: from now on the draw is fixed. */
export type CampaignWaveOpened = DomainEvent<
  'CampaignWaveOpened',
  { readonly campaignId: string; readonly waveId: string; readonly origin: 'delivered' | 'elsewhere' }
>;

export type CampaignEvent =
  | CampaignPlanned
  | CampaignChanged
  | CampaignApproved
  | CampaignStarted
  | CampaignPaused
  | CampaignResumed
  | CampaignClosed
  | CampaignWaveOpened;
