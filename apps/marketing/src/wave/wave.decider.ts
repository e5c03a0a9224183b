import { Rejected } from '@crm/event-sourcing';
import { CONTROL } from '../campaign/campaign-plan.js';
import type { WaveChunkLoaded, WaveOrigin } from './wave-chunk.events.js';
import type { WaveEvent, WaveLoaded } from './wave.events.js';
import type { Wave } from './wave.js';

export interface LoadWaveInput {
  readonly waveId: string;
  readonly campaignId: string;
  readonly origin: WaveOrigin;
  readonly startedAt: string;
  readonly replayed: boolean;
  readonly chunks: readonly WaveChunkLoaded['data'][];
}

/** Ends the loading with the counts of all chunks. A wave that grew is loaded again; it keeps the moment at which it started. */
export const loadWave =
  ({ chunks, ...input }: LoadWaveInput) =>
  (state: Wave): readonly WaveEvent[] => {
    const counts = countsOf(chunks);
    if (state.status === 'loading')
      return [{ type: 'WaveLoaded', data: { ...input, ...counts }, loopId: input.waveId }];
    const { startedAt, replayed, chunks: known } = state.loaded;
    if (known >= counts.chunks) return [];
    return [{ type: 'WaveLoaded', data: { ...input, startedAt, replayed, ...counts }, loopId: input.waveId }];
  };

export const completeWave =
  (at: string) =>
  (state: Wave): readonly WaveEvent[] => {
    if (state.status === 'complete') return [];
    if (state.status === 'loading') throw new Rejected('wave-not-loaded', 'The wave is still loading');
    const { waveId, campaignId } = state.loaded;
    return [{ type: 'WaveCompleted', data: { waveId, campaignId, at }, loopId: waveId }];
  };

type Counts = Pick<WaveLoaded['data'], 'chunks' | 'accepted' | 'rejected' | 'control' | 'arms'>;

function countsOf(chunks: LoadWaveInput['chunks']): Counts {
  const arms: Record<string, number> = {};
  let control = 0;
  for (const { arm } of chunks.flatMap(({ accepted }) => accepted)) {
    if (arm === CONTROL) control += 1;
    else arms[arm] = (arms[arm] ?? 0) + 1;
  }
  const sum = (of: (chunk: WaveChunkLoaded['data']) => number): number =>
    chunks.reduce((total, chunk) => total + of(chunk), 0);
  return {
    chunks: chunks.length,
    accepted: sum(({ accepted }) => accepted.length),
    rejected: sum(({ rejected }) => rejected.length),
    control,
    arms,
  };
}
