import { fingerprintOf, Rejected, type FieldError } from '@crm/event-sourcing';
import type { BusinessRulesSet, RuleTerms } from './business-rules.events.js';
import { newestOf, type BusinessRulesBook } from './business-rules.js';

export interface RulesToSet extends RuleTerms {
  readonly setAt: string;
  /** Default: from the moment of setting them. */
  readonly effectiveFrom?: string;
  readonly note?: string;
}

const COSTS = ['costPerOccasion', 'costPerContact', 'costPerCase'] as const;

/** Sets the rules as the next version; the same rules again make no version. What was computed by older ones stays as it is. */
export const setBusinessRules =
  (rules: RulesToSet) =>
  (versions: BusinessRulesBook): readonly BusinessRulesSet[] => {
    const errors = faultsOf(rules);
    if (errors.length > 0)
      throw new Rejected('validation-failed', 'The business rules are not valid', { status: 400, errors });
    const newest = newestOf(versions);
    const { setAt, ...asked } = rules;
    const standing = { ...newest, effectiveFrom: asked.effectiveFrom === undefined ? undefined : newest.effectiveFrom };
    if (newest.version > 0 && contentOf(standing) === contentOf(asked)) return [];
    return [
      {
        type: 'BusinessRulesSet',
        data: { rulesVersion: newest.version + 1, effectiveFrom: setAt, ...asked, setAt },
      },
    ];
  };

function contentOf({
  marginRate,
  costPerOccasion,
  costPerContact,
  costPerCase,
  ...more
}: RuleTerms & { readonly effectiveFrom?: string | null | undefined; readonly note?: string }): string {
  const { effectiveFrom = null, note = null } = more;
  return fingerprintOf({ marginRate, costPerOccasion, costPerContact, costPerCase, effectiveFrom, note });
}

function faultsOf(rules: RuleTerms): readonly FieldError[] {
  const { currency } = rules.costPerOccasion;
  return COSTS.flatMap((name) => [
    ...(rules[name].amountMinor < 0
      ? [{ pointer: `/${name}/amountMinor`, code: 'too-small', detail: 'A cost is not negative' }]
      : []),
    ...(rules[name].currency === currency
      ? []
      : [{ pointer: `/${name}/currency`, code: 'currency-differs', detail: 'All costs are in one currency' }]),
  ]);
}
