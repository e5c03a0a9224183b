import { newId } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import { campaignAggregate } from '../campaign/campaign.js';
import { approveCampaign, planCampaign } from '../campaign/campaign.decider.js';
import { completePlan, type PlanInput } from '../campaign/plan-rules.js';
import type { ToPresent } from '../treatment/attempts.js';
import { alwaysAdmits, type Channel } from '../treatment/channels/channel.js';
import { assignTreatment } from '../treatment/treatment.decider.js';
import { treatmentAggregate } from '../treatment/treatment.js';
import { treatmentInput } from '../treatment/treatment-input.js';
import { chunkStreamId, waveChunkAggregate } from '../wave/wave.js';
import { aPlan } from './campaigns.js';

const at = '1997-10-01T00:00:00.000Z';

/** Treatments of one chunk, and the round that would present them. */
export interface Delivered {
  readonly chunk: { readonly campaignId: string; readonly waveId: string; readonly chunk: number };
  readonly round: readonly ToPresent[];
}

/** Assigned treatments of one chunk, with no job about to send them. */
export async function assignedTreatments(
  context: ServiceContext,
  count: number,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<Delivered> {
  const [campaignId, waveId] = [newId(), newId()];
  const input = aPlan(changes) as unknown as PlanInput;
  const plan = completePlan(input);
  await context.store.transact(campaignAggregate, campaignId, planCampaign({ campaignId, plan: input }));
  await context.store.transact(campaignAggregate, campaignId, approveCampaign(campaignId, at));
  const accepted = Array.from({ length: count }, () => ({ partyId: newId(), arm: 'treatment' }));
  const data = { waveId, campaignId, chunk: 0, origin: 'delivered' as const, accepted, rejected: [] };
  await context.store.recordFact(
    waveChunkAggregate,
    chunkStreamId(waveId, 0),
    { type: 'WaveChunkLoaded', data },
    { key: waveId, fingerprint: '' },
  );
  const treatments = accepted.map((member) => treatmentInput(plan, data, member, at));
  await Promise.all(
    treatments.map((treatment) =>
      context.store.transact(treatmentAggregate, treatment.treatmentId, assignTreatment(treatment), {
        key: treatment.partyId,
      }),
    ),
  );
  return {
    chunk: { campaignId, waveId, chunk: 0 },
    round: treatments.map((assigned) => ({ assigned, at, again: false })),
  };
}

/** A channel that counts what it was asked to send, and answers as a spec says. */
export function countingChannel(
  idempotent: boolean,
  answer: (send: number) => Promise<void>,
): { readonly channel: Channel; readonly sent: Map<string, number> } {
  const sent = new Map<string, number>();
  let sends = 0;
  const channel: Channel = {
    name: 'recorder',
    idempotent,
    timeoutMs: 1_000,
    admit: alwaysAdmits(async ({ key }) => {
      sent.set(key, (sent.get(key) ?? 0) + 1);
      await answer((sends += 1));
      return { status: 'accepted' };
    }),
  };
  return { channel, sent };
}

/** How many of the treatments are in which state. */
export async function treatmentStates(context: ServiceContext, { round }: Delivered): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { assigned: one } of round) {
    const { state } = await context.store.read(treatmentAggregate, one.treatmentId);
    counts[state.status] = (counts[state.status] ?? 0) + 1;
  }
  return counts;
}
