import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { BusinessRulesSet, RuleTerms } from './business-rules.events.js';

/** One version of the rules; it holds from `effectiveFrom` on, until a newer version does. Version 0 always held. */
export interface BusinessRules extends RuleTerms {
  readonly version: number;
  readonly effectiveFrom: string | null;
  readonly setAt: string | null;
  readonly note?: string;
}

/** Every version, in order: few, and results of long ago name theirs. */
export type BusinessRulesBook = readonly BusinessRules[];

// ISO 4217: XXX is no currency. Nothing is nothing in any.
const NOTHING = { amountMinor: 0, currency: 'XXX' } as const;

/** What holds as long as nobody says otherwise: all revenue is earned, and nothing costs anything. */
export const DEFAULT_RULES: BusinessRules = {
  version: 0,
  marginRate: 1,
  costPerOccasion: NOTHING,
  costPerContact: NOTHING,
  costPerCase: NOTHING,
  effectiveFrom: null,
  setAt: null,
};

export const businessRulesAggregate: Aggregate<BusinessRulesBook, BusinessRulesSet> = {
  category: 'business-rules',
  initial: [DEFAULT_RULES],
  evolve(versions, { data: { rulesVersion: version, ...rules } }) {
    return [...versions, { version, ...rules }];
  },
};

/** There is one stream of rules. */
export const BUSINESS_RULES_ID = deriveId('business-rules', 'all');

/** The version that was set last, whenever it begins to hold. */
export function newestOf(versions: BusinessRulesBook): BusinessRules {
  return versions.at(-1) ?? DEFAULT_RULES;
}

/** The newest version that holds at a time (ISO 8601 in UTC). */
export function rulesAt(versions: BusinessRulesBook, at: string): BusinessRules {
  const holds = ({ effectiveFrom }: BusinessRules): boolean => effectiveFrom === null || effectiveFrom <= at;
  return versions.findLast(holds) ?? DEFAULT_RULES;
}
