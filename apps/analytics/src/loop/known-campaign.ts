import type { CampaignPlannedV1Data } from '@crm/contracts';
import { Rejected } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import type pg from 'pg';
import { caughtUp } from './caught-up.js';

const PATIENCE_MS = 2_000;
const PLAN = 'SELECT plan FROM campaign WHERE campaign_id = $1';

export type CampaignPlan = Omit<CampaignPlannedV1Data, 'campaignId'>;

/** A campaign's plan as marketing told it. What marketing planned a moment ago may be on its way: waits for it. */
export async function campaignKnown(
  context: Pick<ServiceContext, 'name' | 'store' | 'pool' | 'services'>,
  campaignId: string,
): Promise<CampaignPlan> {
  await caughtUp(context, ['analytics', 'marketing'], PATIENCE_MS);
  const plan = await planOf(context.pool, campaignId);
  if (plan !== undefined) return plan;
  throw new Rejected('campaign-not-heard-of', 'No such campaign has been heard of; if it was just planned, try again', {
    status: 409,
    retryAfter: PATIENCE_MS / 1_000,
  });
}

export async function planOf(on: pg.Pool | pg.ClientBase, campaignId: string): Promise<CampaignPlan | undefined> {
  return (await on.query<{ plan: CampaignPlan }>(PLAN, [campaignId])).rows[0]?.plan;
}
