import type { Intent } from '@crm/jobs';
import type { ServiceContext } from '@crm/platform';
import { CONTROL, type CampaignPlan } from '../campaign/campaign-plan.js';
import { campaignAggregate, maySend } from '../campaign/campaign.js';
import { startCampaign } from '../campaign/campaign.decider.js';
import { chunksOf, type Chunk } from '../wave/chunks.js';
import { waveAggregate } from '../wave/wave.js';
import type { WaveLoaded } from '../wave/wave.events.js';
import { unlessErased } from '../unless-erased.js';
import { assignTreatment } from './treatment.decider.js';
import { treatmentAggregate } from './treatment.js';
import { treatmentInput } from './treatment-input.js';
import { assignWaveAt, presentChunk } from './wave-jobs.js';

export interface Assignment {
  readonly campaignId: string;
  readonly waveId: string;
  /** The event or job that led to it. */
  readonly cause: string;
  readonly commandId: (purpose: string, streamId: string) => string;
}

/**
 * Hop 5: assigns the treated members of a loaded wave when its campaign is approved and its period open; safe to repeat.
 * Answers with the jobs that carry it on: the senders of its chunks, or another look when the period opens.
 */
export async function assignWave(
  context: ServiceContext,
  { campaignId, waveId, cause, commandId }: Assignment,
): Promise<readonly Intent[]> {
  const { store } = context;
  const [{ state: campaign }, { state: wave }] = await Promise.all([
    store.read(campaignAggregate, campaignId),
    store.read(waveAggregate, waveId),
  ]);
  if (!maySend(campaign)) return [];
  if (wave.status !== 'loaded' || wave.loaded.origin !== 'delivered') return [];
  const { plan } = campaign;
  const at = wave.loaded.replayed ? wave.loaded.startedAt : new Date(context.clock()).toISOString();
  if (Date.parse(at) < Date.parse(plan.period.from)) return [assignWaveAt(campaignId, waveId, plan.period.from)];
  const intents: Intent[] = [];
  for await (const chunk of chunksOf(store, waveId, wave.loaded.chunks)) {
    await assignChunk(context, { plan, wave: wave.loaded, chunk, at, commandId });
    if (plan.assignTo === undefined) intents.push(presentChunk({ campaignId, waveId, chunk: chunk.chunk }, cause));
  }
  await store.transact(campaignAggregate, campaignId, startCampaign(campaignId, at), {
    commandId: commandId('start', campaignId),
  });
  return intents;
}

interface ChunkAssignment {
  readonly plan: CampaignPlan;
  readonly wave: WaveLoaded['data'];
  readonly chunk: Chunk;
  readonly at: string;
  readonly commandId: Assignment['commandId'];
}

async function assignChunk(
  { store }: ServiceContext,
  { plan, wave, chunk, at, commandId }: ChunkAssignment,
): Promise<void> {
  const treated = chunk.accepted.filter(({ arm }) => arm !== CONTROL);
  await Promise.all(
    treated.map((member) => {
      const input = {
        ...treatmentInput(plan, chunk, member, at),
        ...(plan.assignTo === undefined ? {} : { assignTo: plan.assignTo }),
        presentBy: plan.period.to,
        ...(wave.replayed ? { replayedAt: wave.startedAt } : {}),
      };
      const options = { key: member.partyId, commandId: commandId('assign', input.treatmentId), occurredAt: at };
      return unlessErased(store.transact(treatmentAggregate, input.treatmentId, assignTreatment(input), options));
    }),
  );
}
