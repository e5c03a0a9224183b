import type { EventStore } from '@crm/event-sourcing';
import type { WaveChunkLoaded } from './wave-chunk.events.js';
import { chunkStreamId, waveChunkAggregate } from './wave.js';

export type Chunk = WaveChunkLoaded['data'];

/** How many chunks are read at a time: each holds up to 500 members. */
const AT_ONCE = 16;

/** One chunk of a wave; undefined when it was not loaded. */
export async function readChunk(store: EventStore, waveId: string, chunk: number): Promise<Chunk | undefined> {
  return (await store.read(waveChunkAggregate, chunkStreamId(waveId, chunk))).state.chunk;
}

/** The chunks of a wave in order, straight from the log; `count` as the wave says, however its first chunk is numbered. */
export async function* chunksOf(store: EventStore, waveId: string, count: number): AsyncGenerator<Chunk> {
  for (let from = 0; from <= count; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count + 1 - from) }, (_, index) => from + index);
    for (const chunk of await Promise.all(numbers.map((number) => readChunk(store, waveId, number))))
      if (chunk !== undefined) yield chunk;
  }
}

/** All chunks at once. */
export async function allChunks(store: EventStore, waveId: string, count: number): Promise<readonly Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of chunksOf(store, waveId, count)) chunks.push(chunk);
  return chunks;
}
