import {
  CampaignApprovedV1,
  CampaignChangedV1,
  CampaignClosedV1,
  CampaignPausedV1,
  CampaignPlannedV1,
  CampaignResumedV1,
  publicEvent,
  type CampaignPlannedV1Data,
  type PublicEvent,
} from '@crm/contracts';
import type { CampaignPlan } from './campaign-plan.js';
import type { CampaignEvent } from './campaign.events.js';

/** The plan without its texts and without the person who waived the control group. */
export function publishCampaign(event: CampaignEvent): PublicEvent | undefined {
  switch (event.type) {
    case 'CampaignPlanned':
      return publicEvent(CampaignPlannedV1, {
        campaignId: event.data.campaignId,
        ...(publicPlan(event.data.plan) as Omit<CampaignPlannedV1Data, 'campaignId'>),
      });
    case 'CampaignChanged':
      return publicEvent(CampaignChangedV1, {
        campaignId: event.data.campaignId,
        changes: publicPlan(event.data.changes),
      });
    case 'CampaignApproved':
      return publicEvent(CampaignApprovedV1, event.data);
    case 'CampaignPaused':
      return publicEvent(CampaignPausedV1, event.data);
    case 'CampaignResumed':
      return publicEvent(CampaignResumedV1, event.data);
    case 'CampaignClosed':
      return publicEvent(CampaignClosedV1, event.data);
    case 'CampaignStarted':
    case 'CampaignWaveOpened':
      return undefined;
  }
}

function publicPlan({
  offer,
  arms,
  ...plan
}: Partial<CampaignPlan>): Partial<Omit<CampaignPlannedV1Data, 'campaignId'>> {
  return {
    ...plan,
    ...(offer === undefined ? {} : { offerCode: offer.code }),
    ...(arms === undefined ? {} : { arms: arms.map(({ name, share }) => ({ name, share })) }),
  };
}
