import type { CampaignPlan } from '../campaign/campaign-plan.js';
import type { Chunk } from '../wave/chunks.js';
import type { AcceptedMember } from '../wave/wave-chunk.events.js';
import type { AssignTreatmentInput } from './treatment.decider.js';
import { treatmentIdOf } from './treatment.js';

/** What is fixed of a member's treatment by the plan and the draw, to be assigned at a business time. */
export function treatmentInput(
  plan: CampaignPlan,
  chunk: Chunk,
  { partyId, arm }: AcceptedMember,
  at: string,
): AssignTreatmentInput {
  const { campaignId, waveId } = chunk;
  return {
    treatmentId: treatmentIdOf(campaignId, waveId, partyId),
    campaignId,
    waveId,
    partyId,
    arm,
    channel: plan.channel,
    purpose: plan.purpose,
    offerCode: (plan.arms.find(({ name }) => name === arm)?.offer ?? plan.offer).code,
    at,
    chunk: chunk.chunk,
  };
}
