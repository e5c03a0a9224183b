import type { Intent } from '@crm/jobs';
import type { FeedEvent, Reaction, Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import type { CampaignApproved, CampaignClosed, CampaignResumed } from '../campaign/campaign.events.js';
import { campaignAggregate } from '../campaign/campaign.js';
import { classifyImported } from '../response/classify-imported.js';
import { matchLate } from '../response/match-late.js';
import { assignWave } from '../treatment/assign-wave.js';
import { carryOverChunk } from '../treatment/carry-over.js';
import { completeWaveLook } from '../treatment/wave-jobs.js';
import { withdrawWave } from '../treatment/withdraw-wave.js';
import type { WaveLoaded } from '../wave/wave.events.js';
import type { WaveChunkLoaded } from '../wave/wave-chunk.events.js';

type Followed = WaveChunkLoaded | WaveLoaded | CampaignApproved | CampaignResumed | CampaignClosed;

/** What follows from a wave that is there, and from a campaign that lets it go on or ends it. */
export const followWaves = (context: ServiceContext): Reactor<Followed> => ({
  name: 'follow-waves',
  sources: [
    {
      service: 'marketing',
      types: ['WaveChunkLoaded', 'WaveLoaded', 'CampaignApproved', 'CampaignResumed', 'CampaignClosed'],
    },
  ],
  async react(event, reaction) {
    switch (event.type) {
      case 'WaveChunkLoaded':
        if (event.data.origin === 'elsewhere') await carryOverChunk(context, event.data, commandIdOf(reaction));
        return;
      case 'WaveLoaded':
        await waveLoaded(context, event, reaction);
        return;
      case 'CampaignApproved':
      case 'CampaignResumed':
        for (const waveId of await wavesOf(context, event.data.campaignId))
          await assign(context, { ...event.data, waveId }, event, reaction);
        return;
      case 'CampaignClosed':
        for (const waveId of await wavesOf(context, event.data.campaignId))
          await withdraw(context, event.data.campaignId, waveId, reaction);
    }
  },
});

async function waveLoaded(context: ServiceContext, event: FeedEvent<WaveLoaded>, reaction: Reaction): Promise<void> {
  const { data } = event;
  await assign(context, data, event, reaction);
  const { state: campaign } = await context.store.read(campaignAggregate, data.campaignId);
  // Closed while the wave was loading: nobody else comes by.
  if (campaign.status === 'closed') await withdraw(context, data.campaignId, data.waveId, reaction);
  if (data.origin === 'elsewhere') await classifyImported(context, data, commandIdOf(reaction));
  await matchLate(context, data, commandIdOf(reaction));
  intend(context, reaction, [completeWaveLook(data.waveId, data.chunks, 0, event.recordedAt)]);
}

async function assign(
  context: ServiceContext,
  wave: { readonly campaignId: string; readonly waveId: string },
  event: FeedEvent,
  reaction: Reaction,
): Promise<void> {
  const { campaignId, waveId } = wave;
  intend(
    context,
    reaction,
    await assignWave(context, { campaignId, waveId, cause: event.eventId, commandId: commandIdOf(reaction) }),
  );
}

function withdraw(context: ServiceContext, campaignId: string, waveId: string, reaction: Reaction): Promise<void> {
  return withdrawWave(context, { campaignId, waveId, reason: 'campaign-closed', commandId: commandIdOf(reaction) });
}

/** From the campaign's own stream, which no wave can pass by. */
async function wavesOf({ store }: ServiceContext, campaignId: string): Promise<readonly string[]> {
  const { state } = await store.read(campaignAggregate, campaignId);
  return state.status === 'new' ? [] : state.waves;
}

function intend(context: ServiceContext, reaction: Reaction, intents: readonly Intent[]): void {
  if (intents.length > 0) reaction.after((tx) => context.jobs.intend(tx, ...intents));
}

const commandIdOf =
  (reaction: Reaction) =>
  (purpose: string, streamId: string): string =>
    reaction.commandId(purpose, streamId);
