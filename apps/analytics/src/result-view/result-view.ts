import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { CampaignResultViewed } from './result-view.events.js';

/** A fact: once per reader and version. */
export const resultViewAggregate: Aggregate<{ readonly viewed: boolean }, CampaignResultViewed> = {
  category: 'result-view',
  initial: { viewed: false },
  hops: { CampaignResultViewed: '12' },
  evolve: () => ({ viewed: true }),
};

export const resultViewId = (campaignId: string, version: number, viewer: string): string =>
  deriveId('result-view', campaignId, String(version), viewer);
