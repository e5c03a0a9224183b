import type { ServiceContext } from '@crm/platform';
import { CONTROL } from '../campaign/campaign-plan.js';
import { campaignAggregate } from '../campaign/campaign.js';
import { unlessErased } from '../unless-erased.js';
import { chunksOf } from '../wave/chunks.js';
import { waveAggregate } from '../wave/wave.js';
import { withdrawTreatment } from './treatment.decider.js';
import { treatmentAggregate } from './treatment.js';
import { treatmentInput } from './treatment-input.js';

export interface Withdrawal {
  readonly campaignId: string;
  readonly waveId: string;
  readonly reason: string;
  readonly commandId: (purpose: string, streamId: string) => string;
}

/** Skips every treatment of a loaded wave that was not begun. What was never assigned makes no task for anybody. */
export async function withdrawWave(
  context: ServiceContext,
  { campaignId, waveId, reason, commandId }: Withdrawal,
): Promise<void> {
  const { store } = context;
  const { state: wave } = await store.read(waveAggregate, waveId);
  const { state: campaign } = await store.read(campaignAggregate, campaignId);
  if (wave.status !== 'loaded' || wave.loaded.origin === 'elsewhere' || campaign.status === 'new') return;
  const { replayed, startedAt, chunks } = wave.loaded;
  const at = replayed ? startedAt : new Date(context.clock()).toISOString();
  for await (const chunk of chunksOf(store, waveId, chunks))
    await Promise.all(
      chunk.accepted
        .filter(({ arm }) => arm !== CONTROL)
        .map((member) => {
          const input = treatmentInput(campaign.plan, chunk, member, at);
          const options = { key: member.partyId, commandId: commandId('withdraw', input.treatmentId) };
          return unlessErased(
            store.transact(treatmentAggregate, input.treatmentId, withdrawTreatment(input, reason), options),
          );
        }),
    );
}
