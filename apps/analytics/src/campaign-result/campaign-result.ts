import type { Aggregate } from '@crm/event-sourcing';
import type { CampaignResultEvent, CoveredLoop } from './campaign-result.events.js';

/** The newest result of a campaign: which version, and what it covers. Its stream has the campaign's id. */
export interface CampaignResult {
  readonly version: number;
  readonly closed: boolean;
  readonly loops: readonly CoveredLoop[];
}

export const campaignResultAggregate: Aggregate<CampaignResult, CampaignResultEvent> = {
  category: 'campaign-result',
  initial: { version: 0, closed: false, loops: [] },
  hops: { CampaignResultComputed: '10', CampaignResultPublished: '11' },
  evolve(state, event) {
    switch (event.type) {
      case 'CampaignResultComputed': {
        const { version, closed, loops } = event.data;
        return { version, closed, loops };
      }
      case 'CampaignResultPublished':
        return state;
    }
  },
};
