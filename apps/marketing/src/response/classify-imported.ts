import type { ServiceContext } from '@crm/platform';
import { campaignAggregate } from '../campaign/campaign.js';
import { memberAggregate, memberIdOf } from '../member/member.js';
import { classifyResponses, type MatchedResponse } from '../member/member.decider.js';
import { unlessErased } from '../unless-erased.js';
import { chunksOf } from '../wave/chunks.js';
import type { WaveLoaded } from '../wave/wave.events.js';
import { importedResponsesOf } from './imported-responses.js';
import { windowOf } from './response-window.js';

/** Judges the responses that came with an imported wave: possible only when its start is known, so at its end. */
export async function classifyImported(
  { store }: ServiceContext,
  { campaignId, waveId, startedAt, chunks }: WaveLoaded['data'],
  commandId: (purpose: string, streamId: string) => string,
): Promise<void> {
  const { state: campaign } = await store.read(campaignAggregate, campaignId);
  if (campaign.status === 'new') return;
  const window = windowOf(campaign.plan, startedAt);
  for await (const chunk of chunksOf(store, waveId, chunks)) {
    const byParty = new Map<string, MatchedResponse[]>();
    for (const { recorded } of importedResponsesOf(chunk, campaign.plan))
      byParty.set(recorded.partyId, [...(byParty.get(recorded.partyId) ?? []), recorded]);
    await Promise.all(
      [...byParty].map(([partyId, responses]) => {
        const memberId = memberIdOf(waveId, partyId);
        const options = { key: partyId, commandId: commandId('classify', memberId) };
        return unlessErased(store.transact(memberAggregate, memberId, classifyResponses(window, responses), options));
      }),
    );
  }
}
