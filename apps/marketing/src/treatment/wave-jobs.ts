import type { Intent } from '@crm/jobs';

/** Names of the jobs around the treatments of a wave. */
export const PRESENT_TREATMENTS = 'present-treatments';
export const SETTLE_ATTEMPTS = 'settle-attempts';
export const ASSIGN_WAVE = 'assign-wave';
export const COMPLETE_WAVE = 'complete-wave';

/** The treatments of one chunk of a wave. */
export interface ChunkOfWave {
  readonly campaignId: string;
  readonly waveId: string;
  readonly chunk: number;
}

/** `look` counts how often the attempts of the chunk were asked again. */
export interface SweepOfChunk extends ChunkOfWave {
  readonly look: number;
}

/** `cause` makes the job one of its own: the event or the time that led to it. */
export function presentChunk({ campaignId, waveId, chunk }: ChunkOfWave, cause: string, dueAt?: string): Intent {
  return {
    name: PRESENT_TREATMENTS,
    jobId: `present-${waveId}-${String(chunk)}-${cause}`,
    payload: { campaignId, waveId, chunk },
    ...(dueAt === undefined ? {} : { dueAt }),
  };
}

export function settleChunk({ campaignId, waveId, chunk }: ChunkOfWave, dueAt: string, look = 0): Intent {
  return {
    name: SETTLE_ATTEMPTS,
    jobId: `settle-${waveId}-${String(chunk)}-${timeIn(dueAt)}-${String(look)}`,
    payload: { campaignId, waveId, chunk, look },
    dueAt,
  };
}

export function assignWaveAt(campaignId: string, waveId: string, dueAt: string): Intent {
  return { name: ASSIGN_WAVE, jobId: `assign-${waveId}-${timeIn(dueAt)}`, payload: { campaignId, waveId }, dueAt };
}

/** One look after the other until nothing of the wave is open; `chunks` begins a new series when a wave grows. */
export function completeWaveLook(waveId: string, chunks: number, look: number, dueAt: string): Intent {
  return {
    name: COMPLETE_WAVE,
    jobId: `complete-${waveId}-${String(chunks)}-${String(look)}`,
    payload: { waveId, chunks, look },
    dueAt,
  };
}

const timeIn = (time: string): string => String(Date.parse(time));
