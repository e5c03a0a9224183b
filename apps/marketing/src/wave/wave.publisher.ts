import { publicEvent, WaveChunkLoadedV1, WaveCompletedV1, WaveLoadedV1, type PublicEvent } from '@crm/contracts';
import type { WaveChunkLoaded } from './wave-chunk.events.js';
import type { WaveEvent } from './wave.events.js';

/** Who is in which arm; what was seen of them stays here. */
export function publishWave(event: WaveEvent | WaveChunkLoaded): PublicEvent {
  switch (event.type) {
    case 'WaveChunkLoaded': {
      const { campaignId, waveId, chunk, origin, accepted, rejected } = event.data;
      return publicEvent(WaveChunkLoadedV1, {
        campaignId,
        waveId,
        chunk,
        origin,
        accepted: accepted.map(({ partyId, arm, rank }) => ({ partyId, arm, ...(rank === undefined ? {} : { rank }) })),
        rejected,
      });
    }
    case 'WaveLoaded': {
      const { replayed: _, ...data } = event.data;
      return publicEvent(WaveLoadedV1, data);
    }
    case 'WaveCompleted':
      return publicEvent(WaveCompletedV1, event.data);
  }
}
