import { Rejected } from '@crm/event-sourcing';
import { listPage, type ListPage, type ListSpec, type Row } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { TREATMENT_STATES, type TreatmentState } from './treatment.js';
import type { TreatmentView } from './treatment.view.js';
import { TREATMENTS_NOW } from './treatments-now.js';

export const TREATMENT_LIST = {
  fields: {
    treatmentId: { column: 'treatment_id', type: 'uuid' },
    campaignId: { column: 'campaign_id', type: 'uuid' },
    waveId: { column: 'wave_id', type: 'uuid' },
    partyId: { column: 'party_id', type: 'uuid' },
    arm: { column: 'arm', type: 'text' },
    channel: { column: 'channel', type: 'text' },
    assignTo: { column: 'assign_to', type: 'text', nullable: true },
    state: { column: 'state', type: 'text', values: TREATMENT_STATES },
    reason: { column: 'reason', type: 'text', nullable: true },
    assignedAt: { column: 'assigned_at', type: 'timestamp', sortable: true },
    settledAt: { column: 'settled_at', type: 'timestamp', sortable: true, nullable: true },
  },
  defaultOrder: '-assignedAt',
  tieBreaker: 'treatmentId',
} as const satisfies ListSpec;

const COLUMNS = `treatment_id, campaign_id, wave_id, party_id, arm, channel, purpose, assign_to, offer_code, state,
  assigned_at, waits_until, settled_at, reason`;
const BY_ID = `SELECT ${COLUMNS} FROM ${TREATMENTS_NOW} t WHERE treatment_id = $1`;

export class TreatmentPage extends Query<ListPage<TreatmentView>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

@QueryHandler(TreatmentPage)
export class TreatmentPageHandler implements IQueryHandler<TreatmentPage> {
  constructor(private readonly pool: Pool) {}

  execute({ query }: TreatmentPage): Promise<ListPage<TreatmentView>> {
    const from = `${TREATMENTS_NOW} t`;
    return listPage(this.pool, { spec: TREATMENT_LIST, query, from, select: COLUMNS, map: viewOf });
  }
}

export class TreatmentById extends Query<TreatmentView> {
  constructor(readonly treatmentId: string) {
    super();
  }
}

@QueryHandler(TreatmentById)
export class TreatmentByIdHandler implements IQueryHandler<TreatmentById> {
  constructor(private readonly pool: Pool) {}

  async execute({ treatmentId }: TreatmentById): Promise<TreatmentView> {
    const { rows } = await this.pool.query<Row>(BY_ID, [treatmentId]);
    const [row] = rows;
    if (row === undefined) throw new Rejected('treatment-unknown', 'There is no such treatment', { status: 404 });
    return viewOf(row);
  }
}

function viewOf(row: Row): TreatmentView {
  return {
    treatmentId: row['treatment_id'] as string,
    campaignId: row['campaign_id'] as string,
    waveId: row['wave_id'] as string,
    partyId: row['party_id'] as string,
    arm: row['arm'] as string,
    channel: row['channel'] as string,
    purpose: row['purpose'] as string,
    assignTo: row['assign_to'] as string | null,
    offerCode: row['offer_code'] as string,
    state: row['state'] as TreatmentState,
    assignedAt: row['assigned_at'] as string,
    waitsUntil: row['waits_until'] as string | null,
    settledAt: row['settled_at'] as string | null,
    reason: row['reason'] as string | null,
  };
}
