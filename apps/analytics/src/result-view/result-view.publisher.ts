import { CampaignResultViewedV1, publicEvent, type PublicEvent } from '@crm/contracts';
import type { CampaignResultViewed } from './result-view.events.js';

export function publishResultView({ data }: CampaignResultViewed): PublicEvent {
  return publicEvent(CampaignResultViewedV1, data);
}
