import type { CampaignResultPublishedV1Data } from '@crm/contracts';
import type { DomainEvent } from '@crm/event-sourcing';
import type { FeedEvent, Projection, Tx } from '@crm/messaging';
import type { CampaignEvent } from './campaign.events.js';

type ResultPublished = DomainEvent<'crm.analytics.campaign-result-published.v1', CampaignResultPublishedV1Data>;

const PLANNED = `INSERT INTO campaign (campaign_id, status, plan, planned_at, version) VALUES ($1, 'draft', $2, $3, $4) ON CONFLICT DO NOTHING`;
const CHANGED = 'UPDATE campaign SET plan = plan || $2::jsonb, version = $3 WHERE campaign_id = $1 AND version < $3';
const MOVED = 'UPDATE campaign SET status = $2, version = $3 WHERE campaign_id = $1 AND version < $3';
const RESUMED = `UPDATE campaign SET status = CASE WHEN started THEN 'running' ELSE 'approved' END, version = $2 WHERE campaign_id = $1 AND version < $2`;
const STARTED = `UPDATE campaign SET status = 'running', started = true, version = $2 WHERE campaign_id = $1 AND version < $2`;
const SEEN = 'UPDATE campaign SET version = $2 WHERE campaign_id = $1 AND version < $2';
const RESULT = `INSERT INTO campaign_result (campaign_id, version, verdicts, published_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (campaign_id) DO UPDATE SET version = excluded.version, verdicts = excluded.verdicts, published_at = excluded.published_at
  WHERE campaign_result.version < excluded.version`;

/** Which campaigns are there, how do they stand, and what came out of them? */
export const campaignsProjection: Projection<CampaignEvent | ResultPublished> = {
  name: 'campaigns',
  version: 1,
  sources: [
    {
      service: 'marketing',
      types: [
        'CampaignPlanned',
        'CampaignChanged',
        'CampaignApproved',
        'CampaignStarted',
        'CampaignPaused',
        'CampaignResumed',
        'CampaignClosed',
        'CampaignWaveOpened',
      ],
    },
    { service: 'analytics', types: ['crm.analytics.campaign-result-published.v1'] },
  ],
  tables: ['campaign', 'campaign_result'],
  async apply(tx, events) {
    for (const event of events) await applyOne(tx, event);
  },
};

async function applyOne(tx: Tx, event: FeedEvent<CampaignEvent | ResultPublished>): Promise<void> {
  switch (event.type) {
    case 'CampaignPlanned':
      await tx.query(PLANNED, [
        event.data.campaignId,
        JSON.stringify(event.data.plan),
        event.occurredAt,
        event.version,
      ]);
      return;
    case 'CampaignChanged':
      await tx.query(CHANGED, [event.data.campaignId, JSON.stringify(event.data.changes), event.version]);
      return;
    case 'CampaignApproved':
      await tx.query(MOVED, [event.data.campaignId, 'approved', event.version]);
      return;
    case 'CampaignPaused':
      await tx.query(MOVED, [event.data.campaignId, 'paused', event.version]);
      return;
    case 'CampaignClosed':
      await tx.query(MOVED, [event.data.campaignId, 'closed', event.version]);
      return;
    case 'CampaignResumed':
      await tx.query(RESUMED, [event.data.campaignId, event.version]);
      return;
    case 'CampaignStarted':
      await tx.query(STARTED, [event.data.campaignId, event.version]);
      return;
    case 'CampaignWaveOpened':
      await tx.query(SEEN, [event.data.campaignId, event.version]);
      return;
    case 'crm.analytics.campaign-result-published.v1': {
      const { campaignId, version, verdicts } = event.data;
      await tx.query(RESULT, [campaignId, version, JSON.stringify(verdicts), event.occurredAt]);
    }
  }
}
