import type { FeedEvent, Tx } from '@crm/messaging';
import type { CampaignTold } from './loop-events.js';

const PLAN = 'INSERT INTO campaign (campaign_id, plan) VALUES ($1, $2) ON CONFLICT DO NOTHING';
const CHANGE = 'UPDATE campaign SET plan = plan || $2 WHERE campaign_id = $1';
const APPROVE = 'UPDATE campaign SET approved_at = $2 WHERE campaign_id = $1';
const PAUSE = 'UPDATE campaign SET paused = $2 WHERE campaign_id = $1';
const CLOSE = 'UPDATE campaign SET closed_at = $2 WHERE campaign_id = $1';

/** Campaigns are few and all that is told of one comes in order. */
export async function writeCampaigns(tx: Tx, events: readonly FeedEvent<CampaignTold>[]): Promise<void> {
  for (const event of events) {
    const { campaignId } = event.data;
    switch (event.type) {
      case 'crm.marketing.campaign-planned.v1': {
        const { campaignId: _, ...plan } = event.data;
        await tx.query(PLAN, [campaignId, plan]);
        break;
      }
      case 'crm.marketing.campaign-changed.v1':
        await tx.query(CHANGE, [campaignId, event.data.changes]);
        break;
      case 'crm.marketing.campaign-approved.v1':
        await tx.query(APPROVE, [campaignId, event.data.at]);
        break;
      case 'crm.marketing.campaign-paused.v1':
        await tx.query(PAUSE, [campaignId, true]);
        break;
      case 'crm.marketing.campaign-resumed.v1':
        await tx.query(PAUSE, [campaignId, false]);
        break;
      case 'crm.marketing.campaign-closed.v1':
        await tx.query(CLOSE, [campaignId, event.data.at]);
    }
  }
}
