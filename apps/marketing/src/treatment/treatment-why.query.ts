import { EventStore, Rejected, type RecordedEvent } from '@crm/event-sourcing';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { campaignAggregate } from '../campaign/campaign.js';
import { draw } from '../campaign/draw.js';
import { readChunk, type Chunk } from '../wave/chunks.js';
import type { TreatmentAssigned, TreatmentEvent } from './treatment.events.js';
import { treatmentAggregate } from './treatment.js';
import type { TreatmentWhy } from './treatment.view.js';

export class WhyTreatment extends Query<TreatmentWhy> {
  constructor(readonly treatmentId: string) {
    super();
  }
}

type Assigned = TreatmentAssigned['data'];

@QueryHandler(WhyTreatment)
export class WhyTreatmentHandler implements IQueryHandler<WhyTreatment> {
  constructor(private readonly store: EventStore) {}

  async execute({ treatmentId }: WhyTreatment): Promise<TreatmentWhy> {
    const { state } = await this.store.read(treatmentAggregate, treatmentId);
    if (state.status === 'new') throw new Rejected('treatment-unknown', 'There is no such treatment', { status: 404 });
    const { assigned } = state;
    const chunk = await readChunk(this.store, assigned.waveId, assigned.chunk);
    const events = (await this.store.readStream(treatmentId)) as readonly RecordedEvent<TreatmentEvent>[];
    return {
      treatmentId,
      state: state.status,
      ...selectionOf(assigned, chunk),
      draw: await this.drawOf(assigned, chunk),
      ...outcomeOf(events),
    };
  }

  /** Drawn again from the plan, which has not changed since the wave was loaded: everybody can check it. */
  private async drawOf(
    { campaignId, partyId, arm }: Assigned,
    chunk: Chunk | undefined,
  ): Promise<TreatmentWhy['draw']> {
    const { state: campaign } = await this.store.read(campaignAggregate, campaignId);
    if (chunk?.origin !== 'delivered' || campaign.status === 'new') return { arm, by: 'import' };
    const { control, arms } = campaign.plan;
    const { input, fraction } = draw({ campaignId, control, arms }, partyId);
    return { arm, by: 'hash', input, fraction, controlFraction: control.fraction };
  }
}

function selectionOf(
  { waveId, partyId }: Assigned,
  chunk: Chunk | undefined,
): Pick<TreatmentWhy, 'list' | 'predicate' | 'scores'> {
  const member = chunk?.accepted.find((one) => one.partyId === partyId);
  const list = {
    targetListId: chunk?.origin === 'delivered' ? waveId : null,
    waveId,
    origin: chunk?.origin ?? null,
    rank: member?.rank ?? null,
  };
  if (member?.evidence === undefined) return { list, predicate: null, scores: null };
  const { values, runIds, eventIds = [] } = member.evidence;
  return { list, predicate: { values, eventIds: [...eventIds] }, scores: { runIds: [...runIds] } };
}

function outcomeOf(
  events: readonly RecordedEvent<TreatmentEvent>[],
): Pick<TreatmentWhy, 'permission' | 'reason' | 'events'> {
  const reasons = events.flatMap(({ data }) => ('reasons' in data ? data.reasons : []));
  return {
    permission: reasons.map(({ rule, outcome, eventIds }) => ({ rule, outcome, eventIds: [...eventIds] })),
    reason: events.flatMap(({ data }) => ('reason' in data ? [data.reason] : [])).at(-1) ?? null,
    events: events.map(({ eventId, type, occurredAt, recordedAt }) => ({ eventId, type, occurredAt, recordedAt })),
  };
}
