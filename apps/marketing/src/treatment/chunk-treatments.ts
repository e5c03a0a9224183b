import type { EventStore } from '@crm/event-sourcing';
import { CONTROL } from '../campaign/campaign-plan.js';
import { readChunk } from '../wave/chunks.js';
import { treatmentAggregate, treatmentIdOf, type Treatment } from './treatment.js';
import type { ChunkOfWave } from './wave-jobs.js';

/** The treatments of a chunk as they stand now, in the order of the list. */
export async function treatmentsOf(
  store: EventStore,
  { campaignId, waveId, chunk }: ChunkOfWave,
): Promise<readonly Treatment[]> {
  const accepted = (await readChunk(store, waveId, chunk))?.accepted ?? [];
  const treated = accepted.filter(({ arm }) => arm !== CONTROL);
  return Promise.all(
    treated.map(
      async ({ partyId }) => (await store.read(treatmentAggregate, treatmentIdOf(campaignId, waveId, partyId))).state,
    ),
  );
}
