import { CampaignResultComputedV1, CampaignResultPublishedV1, publicEvent, type PublicEvent } from '@crm/contracts';
import type { CampaignResultEvent } from './campaign-result.events.js';

export function publishCampaignResult(event: CampaignResultEvent): PublicEvent {
  switch (event.type) {
    case 'CampaignResultComputed': {
      const { campaignId, version, reason, loops, result } = event.data;
      const { businessRulesVersion } = result;
      return publicEvent(CampaignResultComputedV1, {
        campaignId,
        version,
        reason,
        loopIds: loops.map(({ loopId }) => loopId),
        ...(businessRulesVersion === undefined ? {} : { businessRulesVersion }),
      });
    }
    case 'CampaignResultPublished': {
      const { campaignId, version, verdicts } = event.data;
      const written = verdicts.map(({ interval, ...verdict }) => ({
        ...verdict,
        interval: interval === null ? null : ([...interval] as [number, number]),
      }));
      return publicEvent(CampaignResultPublishedV1, { campaignId, version, verdicts: written });
    }
  }
}
