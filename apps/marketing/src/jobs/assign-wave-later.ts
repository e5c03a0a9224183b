import { deriveId } from '@crm/event-sourcing';
import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { assignWave } from '../treatment/assign-wave.js';
import { ASSIGN_WAVE } from '../treatment/wave-jobs.js';
import { TooEarly } from './too-early.js';

/** Assigns a wave when the period of its campaign opens. */
export function assignWaveLater(context: ServiceContext): JobDefinition {
  return {
    name: ASSIGN_WAVE,
    async handle({ payload, jobId }: Job) {
      const { campaignId, waveId } = payload as { readonly campaignId: string; readonly waveId: string };
      const commandId = (purpose: string, streamId: string): string => deriveId('command', jobId, streamId, purpose);
      const cause = deriveId('cause', jobId);
      const intents = await assignWave(context, { campaignId, waveId, cause, commandId });
      if (intents.some((intent) => intent.jobId === jobId)) throw new TooEarly(jobId);
      await context.jobs.enqueue(...intents);
    },
  };
}
