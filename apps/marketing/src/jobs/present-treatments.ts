import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { campaignAggregate, maySend } from '../campaign/campaign.js';
import type { ToPresent } from '../treatment/attempts.js';
import { ChannelUnavailable, type Channel } from '../treatment/channels/channel.js';
import { channelsOf } from '../treatment/channels/connected.js';
import { treatmentsOf } from '../treatment/chunk-treatments.js';
import { Sender } from '../treatment/sender.js';
import type { Treatment } from '../treatment/treatment.js';
import { PRESENT_TREATMENTS, presentChunk, settleChunk, type ChunkOfWave } from '../treatment/wave-jobs.js';
import { TooEarly } from './too-early.js';

/** Treatments that are asked for and presented before the campaign is looked at again. */
const ROUND = 100;
const SENDERS = 3;

/** The sender: presents the treatments of one chunk that are due, and comes back for those that wait. */
export function presentTreatments(context: ServiceContext, channels = channelsOf(context)): JobDefinition {
  return {
    name: PRESENT_TREATMENTS,
    concurrency: SENDERS,
    async handle({ payload, jobId, signal }: Job) {
      const chunk = payload as unknown as ChunkOfWave;
      const { state: campaign } = await context.store.read(campaignAggregate, chunk.campaignId);
      if (campaign.status === 'new') return;
      const channel = channels.get(campaign.plan.channel);
      if (channel === undefined) throw new ChannelUnavailable(campaign.plan.channel, 'not-connected');
      const now = context.clock();
      // Planned before the first attempt, so that a process that dies leaves nothing attempted for ever; and for a campaign
      // that was paused or closed since, which may have been left by one that died.
      await context.jobs.enqueue(settleChunk(chunk, new Date(now + channel.timeoutMs * 2).toISOString()));
      if (!maySend(campaign)) return;
      const due = (await treatmentsOf(context.store, chunk)).flatMap((treatment) => dueOf(treatment, channel, now));
      const sender = new Sender(context, channel, campaign.plan, signal);
      const through = await presentDue(context, chunk.campaignId, sender, due);
      const after = await treatmentsOf(context.store, chunk);
      if (after.some(({ status }) => status === 'attempted'))
        await context.jobs.enqueue(settleChunk(chunk, new Date(context.clock() + channel.timeoutMs).toISOString()));
      if (through) await comeBack(context, { chunk, jobId }, after);
    },
  };
}

/** Round by round; false when the campaign was paused or closed meanwhile, which ends it. */
async function presentDue(
  { store }: ServiceContext,
  campaignId: string,
  sender: Sender,
  due: readonly ToPresent[],
): Promise<boolean> {
  for (let from = 0; from < due.length; from += ROUND) {
    if (from > 0 && !maySend((await store.read(campaignAggregate, campaignId)).state)) return false;
    await sender.present(due.slice(from, from + ROUND));
  }
  return true;
}

function dueOf(treatment: Treatment, channel: Channel, now: number): readonly ToPresent[] {
  if (treatment.status === 'new') return [];
  const { assigned } = treatment;
  const businessNow = assigned.replayedAt ?? new Date(now).toISOString();
  switch (treatment.status) {
    case 'assigned':
      return [{ assigned, at: businessNow, again: false }];
    case 'waiting':
      // A replayed moment does not pass: what it waited for is the next moment.
      if (assigned.replayedAt !== undefined) return [{ assigned, at: treatment.until, again: false }];
      return Date.parse(treatment.until) <= now ? [{ assigned, at: businessNow, again: false }] : [];
    case 'attempted':
      return channel.idempotent && Date.parse(treatment.attemptedAt) + channel.timeoutMs <= now
        ? [{ assigned, at: treatment.at, again: true }]
        : [];
    case 'presented':
    case 'skipped':
    case 'undetermined':
      return [];
  }
}

/** A timer for the first of those that wait. */
async function comeBack(
  { jobs }: ServiceContext,
  { chunk, jobId }: { readonly chunk: ChunkOfWave; readonly jobId: string },
  treatments: readonly Treatment[],
): Promise<void> {
  const times = treatments.flatMap((treatment) => (treatment.status === 'waiting' ? [treatment.until] : []));
  const [first] = times.sort();
  if (first === undefined) return;
  const intent = presentChunk(chunk, String(Date.parse(first)), first);
  if (intent.jobId === jobId) throw new TooEarly(jobId);
  await jobs.enqueue(intent);
}
