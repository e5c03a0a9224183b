import type { WaveChunkLoadedV1Data, WaveLoadedV1Data } from '@crm/contracts';
import type { DomainEvent } from '@crm/event-sourcing';
import type { Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import { acknowledgeChunk, acknowledgeTargetList } from '../target-list/target-list.decider.js';
import { targetListAggregate } from '../target-list/target-list.js';

type Loaded =
  | DomainEvent<'crm.marketing.wave-chunk-loaded.v1', WaveChunkLoadedV1Data>
  | DomainEvent<'crm.marketing.wave-loaded.v1', WaveLoadedV1Data>;

/** What marketing did with a delivered list is that list's acknowledgement. */
export const acknowledgeTargetLists = ({ store }: Pick<ServiceContext, 'store'>): Reactor<Loaded> => ({
  name: 'acknowledge-target-lists',
  sources: [{ service: 'marketing', types: ['crm.marketing.wave-chunk-loaded.v1', 'crm.marketing.wave-loaded.v1'] }],
  async react(event, reaction) {
    if (event.data.origin !== 'delivered') return;
    const targetListId = event.data.waveId;
    const options = { commandId: reaction.commandId('acknowledge', targetListId) };
    if (event.type === 'crm.marketing.wave-chunk-loaded.v1') {
      const { chunk, accepted, rejected } = event.data;
      const word = acknowledgeChunk({ targetListId, chunk, accepted: accepted.length, rejected: byReason(rejected) });
      await store.transact(targetListAggregate, targetListId, word, options);
    } else {
      const { accepted, rejected, control, arms } = event.data;
      const word = acknowledgeTargetList({ targetListId, accepted, rejected, control, arms });
      await store.transact(targetListAggregate, targetListId, word, options);
    }
  },
});

function byReason(rejected: WaveChunkLoadedV1Data['rejected']): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { reason } of rejected) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
