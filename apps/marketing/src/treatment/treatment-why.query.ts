import { EventStore, Rejected, type RecordedEvent } from '@crm/event-sourcing';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { campaignAggregate } from '../campaign/campaign.js';
import { draw } from '../campaign/draw.js';
import { readChunk } from '../wave/chunks.js';
import type { WaveOrigin } from '../wave/wave-chunk.events.js';
import type { PermissionReason, TreatmentAssigned, TreatmentEvent } from './treatment.events.js';
import type { TreatmentState } from './treatment.js';
import { treatmentAggregate } from './treatment.js';

/** Why a member was treated as they were: everything that was decided about them, from the first value seen to the last event. */
export interface TreatmentWhy {
  readonly treatmentId: string;
  readonly state: TreatmentState;
  readonly list: {
    readonly targetListId: string | null;
    readonly waveId: string;
    readonly origin: WaveOrigin | null;
    readonly rank: number | null;
  };
  /** The feature values that the segment's predicate saw. */
  readonly predicate: {
    readonly values: Readonly<Record<string, unknown>>;
    readonly eventIds: readonly string[];
  } | null;
  /** The model runs that the scores among the values come from. */
  readonly scores: { readonly runIds: readonly string[] } | null;
  readonly draw: {
    readonly arm: string;
    readonly by: 'hash' | 'import';
    readonly input?: string;
    readonly fraction?: number;
    readonly controlFraction?: number;
  };
  readonly permission: readonly PermissionReason[];
  readonly reason: string | null;
  readonly events: readonly {
    readonly eventId: string;
    readonly type: string;
    readonly occurredAt: string;
    readonly recordedAt: string;
  }[];
}

export class WhyTreatment extends Query<TreatmentWhy> {
  constructor(readonly treatmentId: string) {
    super();
  }
}

@QueryHandler(WhyTreatment)
export class WhyTreatmentHandler implements IQueryHandler<WhyTreatment> {
  constructor(private readonly store: EventStore) {}

  async execute({ treatmentId }: WhyTreatment): Promise<TreatmentWhy> {
    const { state } = await this.store.read(treatmentAggregate, treatmentId);
    if (state.status === 'new') throw new Rejected('treatment-unknown', 'There is no such treatment', { status: 404 });
    const { assigned } = state;
    const events = (await this.store.readStream(treatmentId)) as readonly RecordedEvent<TreatmentEvent>[];
    const chunk = await readChunk(this.store, assigned.waveId, assigned.chunk);
    const member = chunk?.accepted.find(({ partyId }) => partyId === assigned.partyId);
    const evidence = member?.evidence;
    return {
      treatmentId,
      state: state.status,
      list: {
        targetListId: chunk?.origin === 'delivered' ? assigned.waveId : null,
        waveId: assigned.waveId,
        origin: chunk?.origin ?? null,
        rank: member?.rank ?? null,
      },
      predicate: evidence === undefined ? null : { values: evidence.values, eventIds: evidence.eventIds ?? [] },
      scores: evidence === undefined ? null : { runIds: evidence.runIds },
      draw: await this.drawOf(assigned, chunk?.origin),
      permission: events.flatMap(({ data }) => ('reasons' in data ? data.reasons : [])),
      reason: events.flatMap(({ data }) => ('reason' in data ? [data.reason] : [])).at(-1) ?? null,
      events: events.map(({ eventId, type, occurredAt, recordedAt }) => ({ eventId, type, occurredAt, recordedAt })),
    };
  }

  /** Drawn again from the plan, which has not changed since the wave was loaded: everybody can check it. */
  private async drawOf(
    { campaignId, partyId, arm }: TreatmentAssigned['data'],
    origin: WaveOrigin | undefined,
  ): Promise<TreatmentWhy['draw']> {
    const { state: campaign } = await this.store.read(campaignAggregate, campaignId);
    if (origin !== 'delivered' || campaign.status === 'new') return { arm, by: 'import' };
    const { control, arms } = campaign.plan;
    const { input, fraction } = draw({ campaignId, control, arms }, partyId);
    return { arm, by: 'hash', input, fraction, controlFraction: control.fraction };
  }
}
