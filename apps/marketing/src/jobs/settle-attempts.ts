import type { Intent, Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { campaignAggregate, maySend, type PlannedCampaign } from '../campaign/campaign.js';
import { ChannelUnavailable, type Channel } from '../treatment/channels/channel.js';
import { channelsOf } from '../treatment/channels/connected.js';
import { treatmentsOf } from '../treatment/chunk-treatments.js';
import { decideTreatment } from '../treatment/decide-treatment.js';
import { Sender } from '../treatment/sender.js';
import { leaveUndetermined } from '../treatment/treatment.decider.js';
import type { Treatment } from '../treatment/treatment.js';
import { SETTLE_ATTEMPTS, settleChunk, type ChunkOfWave, type SweepOfChunk } from '../treatment/wave-jobs.js';

type Attempted = Extract<Treatment, { status: 'attempted' }>;

/** How often a channel that is idempotent by key is asked again before nobody tries any more. */
const MOST_ASKS = 5;
/** A resumed campaign sweeps by itself: this is for one that is closed out of its pause. */
const LOOK_WHILE_PAUSED_MS = 300_000;

/**
 * The sweep: an attempt older than its channel's time-out becomes undetermined, and is not sent again by itself; a channel that
 * is idempotent by key is asked again under the same key instead. Sweeps follow each other until nothing is left attempted.
 */
export function settleAttempts(context: ServiceContext, channels = channelsOf(context)): JobDefinition {
  return {
    name: SETTLE_ATTEMPTS,
    async handle({ payload }: Job) {
      const { look = 0, ...chunk } = payload as unknown as Partial<SweepOfChunk> & ChunkOfWave;
      const { state: campaign } = await context.store.read(campaignAggregate, chunk.campaignId);
      if (campaign.status === 'new') return;
      const channel = channels.get(campaign.plan.channel);
      if (channel === undefined) throw new ChannelUnavailable(campaign.plan.channel, 'not-connected');
      const next = await new Sweep(context, { chunk, campaign, channel, look }).run();
      if (next !== undefined) await context.jobs.enqueue(next);
    },
  };
}

interface SweepInput {
  readonly chunk: ChunkOfWave;
  readonly campaign: PlannedCampaign;
  readonly channel: Channel;
  readonly look: number;
}

class Sweep {
  constructor(
    private readonly context: ServiceContext,
    private readonly input: SweepInput,
  ) {}

  /** Settles what is old enough; answers with the next sweep when something is left. */
  async run(): Promise<Intent | undefined> {
    const { campaign, channel, look } = this.input;
    const old = (await this.attempted()).filter((one) => this.isOld(one));
    if (!channel.idempotent || campaign.status === 'closed' || look >= MOST_ASKS) {
      await Promise.all(old.map((one) => this.giveUp(one)));
      // An erased party's attempt cannot be ended; only those that were too young are left.
      const done = new Set(old.map(({ assigned }) => assigned.treatmentId));
      return this.next(channel.timeoutMs, look, ({ assigned }) => !done.has(assigned.treatmentId));
    }
    if (!maySend(campaign)) return this.next(LOOK_WHILE_PAUSED_MS, look);
    const again = old.map(({ assigned, at }) => ({ assigned, at, again: true }));
    await new Sender(this.context, channel, campaign.plan).present(again);
    return this.next(channel.timeoutMs, old.length > 0 ? look + 1 : look);
  }

  private async next(
    afterMs: number,
    look: number,
    isOpen: (one: Attempted) => boolean = () => true,
  ): Promise<Intent | undefined> {
    if (!(await this.attempted()).some(isOpen)) return undefined;
    return settleChunk(this.input.chunk, new Date(this.context.clock() + afterMs).toISOString(), look);
  }

  private async attempted(): Promise<readonly Attempted[]> {
    return (await treatmentsOf(this.context.store, this.input.chunk)).filter((one) => one.status === 'attempted');
  }

  private isOld({ attemptedAt }: Attempted): boolean {
    return Date.parse(attemptedAt) + this.input.channel.timeoutMs <= this.context.clock();
  }

  private async giveUp({ assigned, at }: Attempted): Promise<void> {
    await decideTreatment(this.context.store, assigned, leaveUndetermined(at));
  }
}
