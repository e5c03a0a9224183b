import { CONTROL, type CampaignPlan } from '../campaign/campaign-plan.js';
import type { MatchedResponse } from '../member/member.decider.js';
import { treatmentIdOf } from '../treatment/treatment.js';
import type { Chunk } from '../wave/chunks.js';
import type { AcceptedMember, ImportedResponse } from '../wave/wave-chunk.events.js';
import type { ResponseReceived } from './response.events.js';
import type { ResponseKind } from './response-kinds.js';
import { responseIdOf } from './response.js';

const SOURCE = 'wave-import';

/** The responses that came with the members of a chunk, each with its member: treated ones by treatment, others by the wave's name. */
export function importedResponsesOf(
  chunk: Chunk,
  plan: CampaignPlan,
): readonly { readonly received: ResponseReceived['data']; readonly recorded: MatchedResponse }[] {
  return chunk.accepted.flatMap((member) =>
    (member.responses ?? []).map((response, index) => pairOf({ chunk, plan, member }, response, index)),
  );
}

interface Place {
  readonly chunk: Chunk;
  readonly plan: CampaignPlan;
  readonly member: AcceptedMember;
}

function pairOf(
  { chunk, plan, member }: Place,
  response: ImportedResponse,
  index: number,
): ReturnType<typeof importedResponsesOf>[number] {
  const { campaignId, waveId } = chunk;
  const { partyId, arm } = member;
  const treatmentId = arm === CONTROL ? undefined : treatmentIdOf(campaignId, waveId, partyId);
  const amount =
    response.amountMinor === undefined
      ? undefined
      : { amountMinor: response.amountMinor, currency: plan.budget.currency };
  const heard = {
    responseId: responseIdOf(SOURCE, `${waveId}/${partyId}/${String(index)}`),
    partyId,
    kind: response.kind as ResponseKind,
    at: response.at ?? member.presentedAt ?? chunk.importedAt ?? '',
    ...(amount === undefined ? {} : { amount }),
  };
  const named = treatmentId === undefined ? { sourceCode: chunk.waveRef ?? waveId } : { treatmentId };
  const match = {
    rule: treatmentId === undefined ? ('source-code' as const) : ('treatment' as const),
    ...{ campaignId, waveId, arm },
    ...(treatmentId === undefined ? {} : { treatmentId }),
  };
  return {
    received: { ...heard, channel: plan.channel, source: SOURCE, ...named },
    recorded: { ...heard, ...(response.at === undefined ? { undated: true } : {}), match, imported: true },
  };
}
