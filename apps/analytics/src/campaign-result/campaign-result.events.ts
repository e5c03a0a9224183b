import type { CampaignEffect } from '@crm/customer-models';
import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.

export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

/** Why a result was computed: on request, at the end of a response window, at the close, or after late facts. */
export type ResultReason = 'requested' | 'window-over' | 'closed' | 'late-facts';

/** What one arm came to, by the draw: responses and conversions are members, not events. */
export interface ArmResult {
  readonly arm: string;
  readonly members: number;
  readonly contacted: number;
  readonly responses: number;
  readonly conversions: number;
  readonly revenue: Money;
  readonly cost: Money;
}

export interface CampaignJudgement {
  readonly arms: readonly ArmResult[];
  readonly effects: readonly CampaignEffect[];
  /** Members of the control group who were contacted by something else in the window. */
  readonly contamination: number;
  readonly incrementalRevenue: Money | null;
  readonly roi: number | null;
  /** The version of the business rules that the margin comes from; missing where there were none: version 0. */
  readonly businessRulesVersion?: number;
}

/** A loop that a result covers: its members, and the last fact of it in each lane of marketing. Positions are digits. */
export interface CoveredLoop {
  readonly loopId: string;
  readonly members: number;
  readonly facts: readonly { readonly lane: number; readonly position: string }[];
}

export type CampaignResultComputed = DomainEvent<
  'CampaignResultComputed',
  {
    readonly campaignId: string;
    readonly version: number;
    readonly computedAt: string;
    readonly reason: ResultReason;
    /** Whether the campaign was closed by then. */
    readonly closed: boolean;
    readonly loops: readonly CoveredLoop[];
    readonly result: CampaignJudgement;
  }
>;
export type CampaignResultPublished = DomainEvent<
  'CampaignResultPublished',
  {
    readonly campaignId: string;
    readonly version: number;
    readonly verdicts: readonly Pick<CampaignEffect, 'arm' | 'metric' | 'effect' | 'interval' | 'verdict'>[];
  }
>;

export type CampaignResultEvent = CampaignResultComputed | CampaignResultPublished;
