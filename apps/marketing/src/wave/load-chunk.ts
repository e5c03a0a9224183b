import type { TargetListChunkDeliveredV1Data } from '@crm/contracts';
import { fingerprintOf, Rejected } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import type { CampaignPlan } from '../campaign/campaign-plan.js';
import { campaignAggregate } from '../campaign/campaign.js';
import { openWave } from '../campaign/campaign.decider.js';
import { draw } from '../campaign/draw.js';
import { isConnected } from '../treatment/channels/connected.js';
import { claimMembers, erasedAmong } from './member-guards.js';
import type { AcceptedMember, RejectedMember, WaveChunkLoaded } from './wave-chunk.events.js';
import { chunkStreamId, waveChunkAggregate } from './wave.js';

export interface DeliveredChunk {
  readonly delivered: TargetListChunkDeliveredV1Data;
  readonly replayed: boolean;
  readonly commandId: (purpose: string, streamId: string) => string;
}

/** Loads one chunk of a delivered list: hop 4-1. Every member is accepted with an arm or rejected with the reason. */
export async function loadChunk(
  context: ServiceContext,
  { delivered, replayed, commandId }: DeliveredChunk,
): Promise<void> {
  const { loopId: waveId, campaignId, chunk, members, asOf } = delivered;
  const opened = await planFor(context, { campaignId, waveId }, commandId('open-wave', campaignId));
  const refusal = typeof opened === 'string' ? opened : refusalOf(context, opened, asOf, replayed);
  const partyIds = members.map(({ partyId }) => partyId);
  const erased = await erasedAmong(context.pool, partyIds);
  const free = partyIds.filter((partyId) => !erased.has(partyId));
  const claimed =
    refusal === undefined ? await claimMembers(context.pool, { campaignId, waveId }, free) : new Set<string>();
  const accepted: AcceptedMember[] = [];
  const rejected: RejectedMember[] = [];
  for (const { partyId, rank, evidence } of members) {
    const reason =
      refusal ?? (erased.has(partyId) ? 'party-erased' : claimed.has(partyId) ? undefined : 'in-running-wave');
    if (reason !== undefined || typeof opened === 'string')
      rejected.push({ partyId, reason: reason ?? 'campaign-unknown' });
    else {
      const { arm, fraction } = draw({ campaignId, ...opened }, partyId);
      accepted.push({ partyId, arm, rank, drawn: fraction, evidence });
    }
  }
  const event: WaveChunkLoaded = {
    type: 'WaveChunkLoaded',
    data: { waveId, campaignId, chunk, origin: 'delivered', accepted, rejected },
    loopId: waveId,
  };
  const streamId = chunkStreamId(waveId, chunk);
  const { status } = await context.store.recordFact(waveChunkAggregate, streamId, event, {
    key: waveId,
    commandId: commandId('load-chunk', streamId),
    fingerprint: fingerprintOf(delivered),
  });
  // Whoever delivers another content under the number of a loaded chunk has gone wrong: somebody has to look at it.
  if (status === 'conflict') throw new Error(`chunk ${String(chunk)} of wave ${waveId} was loaded with other content`);
}

/** The campaign's plan with the wave announced on it, or why the campaign takes no wave. */
async function planFor(
  { store }: ServiceContext,
  wave: { readonly campaignId: string; readonly waveId: string },
  commandId: string,
): Promise<CampaignPlan | 'campaign-unknown' | 'campaign-closed'> {
  try {
    await store.transact(campaignAggregate, wave.campaignId, openWave({ ...wave, origin: 'delivered' }), { commandId });
  } catch (error) {
    if (error instanceof Rejected && (error.code === 'campaign-unknown' || error.code === 'campaign-closed'))
      return error.code;
    throw error;
  }
  const { state } = await store.read(campaignAggregate, wave.campaignId);
  return state.status === 'new' ? 'campaign-unknown' : state.plan;
}

/** Why a whole list is refused: the period is compared with business time, and the past can only be recorded. */
function refusalOf(context: ServiceContext, plan: CampaignPlan, asOf: string, replayed: boolean): string | undefined {
  if (replayed && plan.channel !== 'recorder') return 'past-needs-recorder';
  if (!isConnected(context, plan)) return 'channel-not-connected';
  if (Date.parse(asOf) > Date.parse(plan.period.to)) return 'campaign-period-over';
  if (replayed && Date.parse(asOf) < Date.parse(plan.period.from)) return 'campaign-period-not-open';
  return undefined;
}
