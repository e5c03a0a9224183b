import type { CampaignResultViewed } from './result-view.events.js';

/** Reading again is no news. */
export const noteResultView =
  (data: CampaignResultViewed['data']) =>
  ({ viewed }: { readonly viewed: boolean }): readonly CampaignResultViewed[] => {
    const [loopId] = data.loopIds;
    return viewed ? [] : [{ type: 'CampaignResultViewed', data, ...(loopId === undefined ? {} : { loopId }) }];
  };
