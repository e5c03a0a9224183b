import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { campaignAggregate } from '../campaign/campaign.js';
import { channelsOf } from '../treatment/channels/connected.js';
import { treatmentsOf } from '../treatment/chunk-treatments.js';
import { Sender } from '../treatment/sender.js';
import { leaveUndetermined } from '../treatment/treatment.decider.js';
import { treatmentAggregate, type Treatment } from '../treatment/treatment.js';
import { SETTLE_ATTEMPTS, settleChunk, type ChunkOfWave } from '../treatment/wave-jobs.js';
import { unlessErased } from '../unless-erased.js';

type Attempted = Extract<Treatment, { status: 'attempted' }>;

/**
 * The sweep: an attempt older than its channel's time-out becomes undetermined, and is not sent again by itself; a channel that
 * is idempotent by key is asked again under the same key instead.
 */
export function settleAttempts(context: ServiceContext, channels = channelsOf(context.pool)): JobDefinition {
  return {
    name: SETTLE_ATTEMPTS,
    async handle({ payload }: Job) {
      const chunk = payload as unknown as ChunkOfWave;
      const { state: campaign } = await context.store.read(campaignAggregate, chunk.campaignId);
      const channel = campaign.status === 'new' ? undefined : channels.get(campaign.plan.channel);
      if (campaign.status === 'new' || channel === undefined) return;
      const attempted = (await treatmentsOf(context.store, chunk)).filter(
        (treatment) => treatment.status === 'attempted',
      );
      const isOld = ({ attemptedAt }: Attempted): boolean =>
        Date.parse(attemptedAt) + channel.timeoutMs <= context.clock();
      const old = attempted.filter(isOld);
      if (channel.idempotent) {
        const again = old.map(({ assigned, at }) => ({ assigned, at, again: true }));
        await new Sender(context, channel, campaign.plan).present(again);
      } else await Promise.all(old.map((treatment) => giveUp(context, treatment)));
      if (old.length < attempted.length)
        await context.jobs.enqueue(settleChunk(chunk, new Date(context.clock() + channel.timeoutMs).toISOString()));
    },
  };
}

async function giveUp({ store }: ServiceContext, { assigned, at }: Attempted): Promise<void> {
  await unlessErased(
    store.transact(treatmentAggregate, assigned.treatmentId, leaveUndetermined(at), { key: assigned.partyId }),
  );
}
