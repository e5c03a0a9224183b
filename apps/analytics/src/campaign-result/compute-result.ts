import { type Committed, inSnapshot, Rejected, type TransactOptions } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import { rulesInForce } from '../business-rules/rules-in-force.js';
import { campaignFacts } from './arm-rows.js';
import { recordCampaignResult } from './campaign-result.decider.js';
import type { ResultReason } from './campaign-result.events.js';
import { campaignResultAggregate } from './campaign-result.js';
import { judgeCampaign } from './judge-campaign.js';

/** Computes a campaign's result from what is in the mart and which business rules hold now, as its next version. */
export async function computeResult(
  { store, pool, clock }: Pick<ServiceContext, 'store' | 'pool' | 'clock'>,
  campaignId: string,
  reason: ResultReason,
  options: TransactOptions = {},
): Promise<Committed> {
  const facts = await inSnapshot(pool, (tx) => campaignFacts(tx, campaignId));
  if (facts === undefined || facts.loops.length === 0)
    throw new Rejected('nothing-to-judge', 'No wave of the campaign has been loaded yet');
  const { closed, loops } = facts;
  const computedAt = new Date(clock()).toISOString();
  const result = judgeCampaign(facts, await rulesInForce({ store }, computedAt));
  const decide = recordCampaignResult({ campaignId, computedAt, reason, closed, loops, result });
  return store.transact(campaignResultAggregate, campaignId, decide, options);
}
