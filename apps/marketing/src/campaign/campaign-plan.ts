/** Money in minor units; everything of one campaign is in one currency. */
export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

export const OBJECTIVES = ['acquire', 'develop', 'retain', 'reactivate', 'welcome', 'inform'] as const;
export const CHANNELS = ['email', 'call', 'sms', 'messenger', 'post', 'recorder'] as const;
export const DEPARTMENTS = ['sales', 'service'] as const;
export const CONVERSIONS = ['order', 'visit', 'interested'] as const;

export type CampaignChannel = (typeof CHANNELS)[number];
export type Department = (typeof DEPARTMENTS)[number];
export type Conversion = (typeof CONVERSIONS)[number];

export interface Offer {
  readonly code: string;
  readonly text?: string;
  readonly validUntil?: string;
}

/** A treated arm; its own offer replaces the campaign's. */
export interface Arm {
  readonly name: string;
  readonly share: number;
  readonly offer?: Offer;
}

export interface ResponseRule {
  readonly windowDays: number;
  readonly conversion: Conversion;
  readonly minimumEffect?: number;
}

/** What a campaign plans, complete: defaults are filled in when it is planned. */
export interface CampaignPlan {
  readonly name: string;
  readonly objective: (typeof OBJECTIVES)[number];
  readonly purpose: string;
  readonly channel: CampaignChannel;
  readonly assignTo?: Department;
  readonly offer: Offer;
  readonly period: { readonly from: string; readonly to: string };
  readonly budget: Money;
  readonly costPerContact: Money;
  readonly control: { readonly fraction: number; readonly waived: boolean };
  readonly arms: readonly Arm[];
  readonly response: ResponseRule;
}

/** The reserved name of the arm that is not treated. */
export const CONTROL = 'control';
