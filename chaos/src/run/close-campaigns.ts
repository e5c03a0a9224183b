import type { Driver } from '../load/driver.js';
import type { PlannedCampaign } from '../load/stories/campaigns.js';

/** Ends every campaign: nobody is called any more, and its loop can close. */
export async function closeCampaigns(driver: Driver, campaigns: readonly PlannedCampaign[]): Promise<void> {
  for (const { campaignId } of campaigns)
    await driver.carryOut({
      ...{ key: `close ${campaignId}`, service: 'marketing', method: 'POST', subject: `campaign ${campaignId}` },
      ...{ path: `/v1/campaigns/${campaignId}/close`, body: {} },
      // Its story may not have begun before the load ended.
      refusals: ['not-found', 'campaign-unknown'],
    });
}
