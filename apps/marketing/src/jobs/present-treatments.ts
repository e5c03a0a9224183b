import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { campaignAggregate } from '../campaign/campaign.js';
import type { CampaignPlan } from '../campaign/campaign-plan.js';
import { channelsOf } from '../treatment/channels/connected.js';
import type { Channel } from '../treatment/channels/channel.js';
import { treatmentsOf } from '../treatment/chunk-treatments.js';
import { Sender, type ToPresent } from '../treatment/sender.js';
import type { Treatment } from '../treatment/treatment.js';
import { PRESENT_TREATMENTS, presentChunk, settleChunk, type ChunkOfWave } from '../treatment/wave-jobs.js';

/** Treatments that are asked for and presented before the campaign is looked at again. */
const ROUND = 100;
const SENDERS = 3;

/** The sender: presents the treatments of one chunk that are due, and comes back for those that wait. */
export function presentTreatments(context: ServiceContext, channels = channelsOf(context.pool)): JobDefinition {
  return {
    name: PRESENT_TREATMENTS,
    concurrency: SENDERS,
    async handle({ payload }: Job) {
      const chunk = payload as unknown as ChunkOfWave;
      const plan = await runningPlan(context, chunk.campaignId);
      const channel = plan === undefined ? undefined : channels.get(plan.channel);
      if (plan === undefined || channel === undefined) return;
      const now = context.clock();
      // Planned before the first attempt, so that a process that dies leaves nothing attempted for ever.
      await context.jobs.enqueue(settleChunk(chunk, new Date(now + channel.timeoutMs * 2).toISOString()));
      const due = (await treatmentsOf(context.store, chunk)).flatMap((treatment) => dueOf(treatment, channel, now));
      const sender = new Sender(context, channel, plan);
      for (let from = 0; from < due.length; from += ROUND) {
        if (from > 0 && (await runningPlan(context, chunk.campaignId)) === undefined) return;
        await sender.present(due.slice(from, from + ROUND));
      }
      await comeBack(context, chunk);
    },
  };
}

/** The plan of a campaign that presents; undefined while it is paused, and once it is closed. */
async function runningPlan({ store }: ServiceContext, campaignId: string): Promise<CampaignPlan | undefined> {
  const { state } = await store.read(campaignAggregate, campaignId);
  return state.status === 'approved' || state.status === 'running' ? state.plan : undefined;
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
async function comeBack(context: ServiceContext, chunk: ChunkOfWave): Promise<void> {
  const times = (await treatmentsOf(context.store, chunk)).flatMap((treatment) =>
    treatment.status === 'waiting' ? [treatment.until] : [],
  );
  const [first] = times.sort();
  if (first !== undefined) await context.jobs.enqueue(presentChunk(chunk, String(Date.parse(first)), first));
}
