import { deriveId } from '@crm/event-sourcing';
import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { COMPLETE_WAVE, completeWaveLook } from '../treatment/wave-jobs.js';
import { completeWave } from '../wave/wave.decider.js';
import { waveAggregate } from '../wave/wave.js';

// A treated member who was erased before the treatment settled has none that could still be open.
const OPEN = `SELECT (SELECT count(*) FROM wave_member WHERE wave_id = $1)::int AS members, EXISTS (
    SELECT FROM wave_member m LEFT JOIN treatment t ON t.wave_id = m.wave_id AND t.party_id = m.party_id
    WHERE m.wave_id = $1 AND m.arm <> 'control' AND coalesce(t.state, 'assigned') NOT IN ('presented', 'skipped', 'undetermined')
      AND NOT EXISTS (SELECT FROM es.tombstone e WHERE e.key = m.party_id)
  ) AS open`;
const FIRST_LOOKS = 5;
const LONGEST_PAUSE_MS = 60_000;

/** Looks whether a loaded wave has anything open; if so, looks again after a growing pause. */
export function completeWaveWhenDone(context: ServiceContext): JobDefinition {
  return {
    name: COMPLETE_WAVE,
    async handle({ payload }: Job) {
      const { waveId, chunks, look } = payload as { readonly waveId: string; readonly chunks: number; readonly look: number };
      const { state } = await context.store.read(waveAggregate, waveId);
      if (state.status !== 'loaded') return;
      const { rows } = await context.pool.query<{ members: number; open: boolean }>(OPEN, [waveId]);
      const [found] = rows;
      if (found?.members === state.loaded.accepted && !found.open) {
        const commandId = deriveId('command', 'complete-wave', waveId, String(chunks), String(look));
        const at = new Date(context.clock()).toISOString();
        await context.store.transact(waveAggregate, waveId, completeWave(at), { key: waveId, commandId });
        return;
      }
      const pauseMs = Math.min(1_000 * 2 ** Math.max(0, look - FIRST_LOOKS), LONGEST_PAUSE_MS);
      await context.jobs.enqueue(completeWaveLook(waveId, chunks, look + 1, new Date(Date.now() + pauseMs).toISOString()));
    },
  };
}
