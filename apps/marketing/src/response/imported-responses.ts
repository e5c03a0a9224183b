import { CONTROL, type CampaignPlan, type Money } from '../campaign/campaign-plan.js';
import type { MatchedResponse } from '../member/member.decider.js';
import { treatmentIdOf } from '../treatment/treatment.js';
import type { Chunk } from '../wave/chunks.js';
import type { AcceptedMember, ImportedResponse } from '../wave/wave-chunk.events.js';
import type { Match, ResponseReceived } from './response.events.js';
import type { ResponseKind } from './response-kinds.js';
import { responseIdOf } from './response.js';

const SOURCE = 'wave-import';

/** A response as it was heard, and as it is matched. */
export interface ImportedPair {
  readonly received: ResponseReceived['data'];
  readonly recorded: MatchedResponse;
}

/** The responses that came with the members of a chunk, each with its member: treated ones by treatment, others by the wave's name. */
export function importedResponsesOf(chunk: Chunk, plan: CampaignPlan): readonly ImportedPair[] {
  return chunk.accepted.flatMap((member) =>
    (member.responses ?? []).map((response, index) => pairOf({ chunk, plan, member }, response, index)),
  );
}

interface Place {
  readonly chunk: Chunk;
  readonly plan: CampaignPlan;
  readonly member: AcceptedMember;
}

function pairOf({ chunk, plan, member }: Place, response: ImportedResponse, index: number): ImportedPair {
  const { campaignId, waveId } = chunk;
  const { partyId, arm } = member;
  const heard = {
    responseId: responseIdOf(SOURCE, `${waveId}/${partyId}/${String(index)}`),
    partyId,
    kind: response.kind as ResponseKind,
    at: response.at ?? presentedAtOf(chunk, member),
    ...amountOf(response, plan),
  };
  const belongs = { campaignId, waveId, arm };
  const treatment = arm === CONTROL ? undefined : { treatmentId: treatmentIdOf(campaignId, waveId, partyId) };
  const match: Match =
    treatment === undefined ? { ...belongs, rule: 'source-code' } : { ...belongs, ...treatment, rule: 'treatment' };
  return {
    received: {
      ...heard,
      channel: plan.channel,
      source: SOURCE,
      ...(treatment ?? { sourceCode: chunk.waveRef ?? waveId }),
    },
    recorded: { ...heard, ...(response.at === undefined ? { undated: true } : {}), match, imported: true },
  };
}

/** When a member was reached; where nothing says so, the import's time stands for it. */
export function presentedAtOf({ importedAt }: Chunk, { presentedAt }: AcceptedMember): string {
  return presentedAt ?? importedAt ?? '';
}

function amountOf({ amountMinor }: ImportedResponse, { budget }: CampaignPlan): { readonly amount?: Money } {
  return amountMinor === undefined ? {} : { amount: { amountMinor, currency: budget.currency } };
}
