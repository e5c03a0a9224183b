import type { TargetListChunkDeliveredV1Data, TargetListDeliveredV1Data } from '@crm/contracts';
import type { DomainEvent } from '@crm/event-sourcing';
import type { Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import { allChunks } from '../wave/chunks.js';
import { loadChunk } from '../wave/load-chunk.js';
import { isReplay } from '../wave/replay.js';
import { waveAggregate } from '../wave/wave.js';
import { loadWave } from '../wave/wave.decider.js';

type Delivered =
  | DomainEvent<'crm.analytics.target-list-chunk-delivered.v1', TargetListChunkDeliveredV1Data>
  | DomainEvent<'crm.analytics.target-list-delivered.v1', TargetListDeliveredV1Data>;

/** Loads what analytics delivers: chunk by chunk, in order, then the end with the counts. */
export const loadTargetList = (context: ServiceContext): Reactor<Delivered> => ({
  name: 'load-target-list',
  sources: [
    {
      service: 'analytics',
      types: ['crm.analytics.target-list-chunk-delivered.v1', 'crm.analytics.target-list-delivered.v1'],
    },
  ],
  async react(event, reaction) {
    const replayed = isReplay(event.data.asOf, event.recordedAt);
    const commandId = (purpose: string, streamId: string): string => reaction.commandId(purpose, streamId);
    if (event.type === 'crm.analytics.target-list-chunk-delivered.v1') {
      await loadChunk(context, { delivered: event.data, replayed, commandId });
      return;
    }
    const { loopId: waveId, campaignId, asOf: startedAt, chunks: count } = event.data;
    const chunks = await allChunks(context.store, waveId, count);
    await context.store.transact(
      waveAggregate,
      waveId,
      loadWave({ waveId, campaignId, origin: 'delivered', startedAt, replayed, chunks }),
      { key: waveId, commandId: commandId('load-wave', waveId) },
    );
  },
});
