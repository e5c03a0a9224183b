import { deriveId } from '@crm/event-sourcing';
import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { SETTLED_IN_SQL } from '../treatment/treatments-now.js';
import { COMPLETE_WAVE, completeWaveLook } from '../treatment/wave-jobs.js';
import { completeWave } from '../wave/wave.decider.js';
import type { WaveLoaded } from '../wave/wave.events.js';
import { waveAggregate } from '../wave/wave.js';
import type pg from 'pg';

const SETTLED = `SELECT count(*)::int AS count FROM treatment WHERE wave_id = $1 AND state IN ${SETTLED_IN_SQL}`;
// A treated member who was erased before the treatment settled has none that could still be open.
const ERASED = `SELECT count(*)::int AS count FROM es.tombstone e JOIN wave_member m ON m.wave_id = $1 AND m.party_id = e.key AND m.arm <> 'control'
  WHERE NOT EXISTS (SELECT FROM treatment t WHERE t.wave_id = $1 AND t.party_id = e.key AND t.state IN ${SETTLED_IN_SQL})`;
const FIRST_LOOKS = 5;
const LONGEST_PAUSE_MS = 60_000;

/** Looks whether a loaded wave has anything open; if so, looks again after a growing pause. */
export function completeWaveWhenDone(context: ServiceContext): JobDefinition {
  return {
    name: COMPLETE_WAVE,
    async handle({ payload }: Job) {
      const { waveId, chunks, look } = payload as {
        readonly waveId: string;
        readonly chunks: number;
        readonly look: number;
      };
      const { state } = await context.store.read(waveAggregate, waveId);
      if (state.status !== 'loaded') return;
      if (await isDone(context.pool, state.loaded)) {
        const commandId = deriveId('command', 'complete-wave', waveId, String(chunks), String(look));
        const at = new Date(context.clock()).toISOString();
        await context.store.transact(waveAggregate, waveId, completeWave(at), { key: waveId, commandId });
        return;
      }
      const pauseMs = Math.min(1_000 * 2 ** Math.max(0, look - FIRST_LOOKS), LONGEST_PAUSE_MS);
      await context.jobs.enqueue(
        completeWaveLook(waveId, chunks, look + 1, new Date(context.clock() + pauseMs).toISOString()),
      );
    },
  };
}

/** Over read models, which may be behind: then it is found done a little later. */
async function isDone(pool: pg.Pool, { waveId, arms }: WaveLoaded['data']): Promise<boolean> {
  const treated = Object.values(arms).reduce((sum, count) => sum + count, 0);
  const settled = await countOf(pool, SETTLED, waveId);
  return settled === treated || settled + (await countOf(pool, ERASED, waveId)) === treated;
}

async function countOf(pool: pg.Pool, sql: string, waveId: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(sql, [waveId]);
  return rows[0]?.count ?? 0;
}
