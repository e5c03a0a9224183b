import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { WaveEvent, WaveLoaded } from './wave.events.js';
import type { WaveChunkLoaded } from './wave-chunk.events.js';

/** A wave before its end of loading is known by its chunks only. */
export type Wave =
  { readonly status: 'loading' } | { readonly status: 'loaded' | 'complete'; readonly loaded: WaveLoaded['data'] };

export const waveAggregate: Aggregate<Wave, WaveEvent> = {
  category: 'wave',
  initial: { status: 'loading' },
  hops: { WaveLoaded: '4-1' },
  evolve(state, event) {
    switch (event.type) {
      case 'WaveLoaded':
        return { status: 'loaded', loaded: event.data };
      case 'WaveCompleted':
        return state.status === 'loading' ? state : { status: 'complete', loaded: state.loaded };
    }
  },
};

/** A chunk is a fact: a stream of one event, in the wave's lane. */
export const waveChunkAggregate: Aggregate<{ readonly chunk?: WaveChunkLoaded['data'] }, WaveChunkLoaded> = {
  category: 'wave-chunk',
  initial: {},
  hops: { WaveChunkLoaded: '4-1' },
  evolve: (_, event) => ({ chunk: event.data }),
};

/** Chunks are counted from 0 without a gap. */
export const chunkStreamId = (waveId: string, chunk: number): string => deriveId('wave-chunk', waveId, String(chunk));
