import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit. One stream.

export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

/** What revenue is worth and what service costs. */
export interface RuleTerms {
  /** Share of revenue that is earned, 0 to 1. */
  readonly marginRate: number;
  /** Of a day on which a customer bought. */
  readonly costPerOccasion: Money;
  /** Of a contact outside campaigns; a campaign says itself what its contacts cost. */
  readonly costPerContact: Money;
  readonly costPerCase: Money;
}

export type BusinessRulesSet = DomainEvent<
  'BusinessRulesSet',
  RuleTerms & {
    readonly rulesVersion: number;
    readonly effectiveFrom: string;
    readonly setAt: string;
    readonly note?: string;
  }
>;
