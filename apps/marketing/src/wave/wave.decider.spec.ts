import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import type { WaveChunkLoaded } from './wave-chunk.events.js';
import { completeWave, loadWave } from './wave.decider.js';
import type { WaveLoaded } from './wave.events.js';
import { waveAggregate } from './wave.js';

const given = deciderSpec(waveAggregate);
const wave = {
  waveId: 'w-1',
  campaignId: 'c-1',
  origin: 'delivered' as const,
  startedAt: '2026-03-01T00:00:00.000Z',
  replayed: false,
};
const aChunk = (chunk: number, ...arms: readonly string[]): WaveChunkLoaded['data'] => ({
  ...wave,
  chunk,
  accepted: arms.map((arm, index) => ({ partyId: `p-${String(chunk)}-${String(index)}`, arm })),
  rejected: chunk === 1 ? [{ partyId: 'p-9', reason: 'party-erased' }] : [],
});
const chunks = [aChunk(0, 'control', 'a', 'b'), aChunk(1, 'a')];
const loaded: WaveLoaded = {
  type: 'WaveLoaded',
  data: { ...wave, chunks: 2, accepted: 4, rejected: 1, control: 1, arms: { a: 2, b: 1 } },
  loopId: 'w-1',
};
const at = '2026-03-02T00:00:00.000Z';
const completed = { type: 'WaveCompleted' as const, data: { waveId: 'w-1', campaignId: 'c-1', at }, loopId: 'w-1' };

describe('load wave', () => {
  it('counts control and arms of all chunks', () => {
    given()
      .when(loadWave({ ...wave, chunks }))
      .emits(loaded);
  });
  it('changes nothing when it is loaded again', () => {
    given(loaded)
      .when(loadWave({ ...wave, chunks }))
      .emitsNothing();
    given(loaded)
      .when(loadWave({ ...wave, chunks: chunks.slice(1) }))
      .emitsNothing();
  });
  it('is loaded anew when it grew, and keeps its start', () => {
    const data = { ...loaded.data, chunks: 3, accepted: 5, control: 2 };
    given(loaded, completed)
      .when(loadWave({ ...wave, startedAt: at, chunks: [...chunks, aChunk(2, 'control')] }))
      .emits({ ...loaded, data });
  });
});

describe('complete wave', () => {
  it('ends a loaded wave, once', () => {
    given(loaded).when(completeWave(at)).emits(completed);
    given(loaded, completed).when(completeWave(at)).emitsNothing();
  });
  it('refuses while it is loading', () => {
    given().when(completeWave(at)).rejects('wave-not-loaded');
    given(completed).when(completeWave(at)).rejects('wave-not-loaded');
  });
});
