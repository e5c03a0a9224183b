import type { ServiceContext } from '@crm/platform';
import { BUSINESS_RULES_ID, businessRulesAggregate, rulesAt, type BusinessRules } from './business-rules.js';

/** The business rules that hold at a time (ISO 8601 in UTC). Whoever computes by them says by which version. */
export async function rulesInForce({ store }: Pick<ServiceContext, 'store'>, at: string): Promise<BusinessRules> {
  const { state } = await store.read(businessRulesAggregate, BUSINESS_RULES_ID);
  return rulesAt(state, at);
}
