import type { DomainEvent } from '@crm/event-sourcing';

// Types and fields are the storage format: add, never change. One stream per purpose.

/** How often parties may be contacted, on one channel or over `any`. */
export interface FrequencyCap {
  readonly channel: string;
  readonly max: number;
  readonly windowDays: number;
}

export interface PolicyRules {
  /** What an unknown consent means. */
  readonly default: 'denied' | 'granted';
  readonly caps: readonly FrequencyCap[];
  readonly quietHours: readonly { readonly channel: string; readonly from: string; readonly to: string }[];
}

export type ContactPolicySet = DomainEvent<
  'ContactPolicySet',
  PolicyRules & { readonly purpose: string; readonly policyVersion: number }
>;
