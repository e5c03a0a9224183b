import { Rejected } from '@crm/event-sourcing';
import { listPage, present, ServiceContext, type ListPage, type ListSpec, type Row } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Type, type Static } from '@sinclair/typebox';
import { LEAD_STATES } from '../lead/lead.js';

export const LEAD_LIST = {
  fields: {
    leadId: { column: 'lead_id', type: 'uuid' },
    partyId: { column: 'party_id', type: 'uuid' },
    source: { column: 'source', type: 'text' },
    status: { column: 'status', type: 'text', values: LEAD_STATES },
    ownerId: { column: 'owner_id', type: 'text', nullable: true },
    openedAt: { column: 'opened_at', type: 'timestamp', sortable: true },
    changedAt: { column: 'changed_at', type: 'timestamp', sortable: true },
  },
  defaultOrder: '-openedAt',
  tieBreaker: 'leadId',
} as const satisfies ListSpec;

const id = Type.String({ format: 'uuid' });
const time = Type.String({ format: 'date-time' });

export const leadSchema = Type.Object({
  leadId: id,
  partyId: id,
  source: Type.String(),
  status: Type.String(),
  openedAt: time,
  changedAt: time,
  responseId: Type.Optional(id),
  interest: Type.Optional(Type.String()),
  ownerId: Type.Optional(Type.String()),
  opportunityId: Type.Optional(id),
  reason: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  version: Type.Integer(),
});
export type LeadRow = Static<typeof leadSchema>;

const COLUMNS =
  'lead_id, party_id, source, status, opened_at, changed_at, response_id, interest, owner_id, opportunity_id, reason, note, version';
const BY_ID = `SELECT ${COLUMNS} FROM lead WHERE lead_id = $1`;

export class LeadList extends Query<ListPage<LeadRow>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

export class LeadById extends Query<LeadRow> {
  constructor(readonly leadId: string) {
    super();
  }
}

@QueryHandler(LeadList)
export class LeadListHandler implements IQueryHandler<LeadList> {
  constructor(private readonly context: ServiceContext) {}

  execute({ query }: LeadList): Promise<ListPage<LeadRow>> {
    const { pool } = this.context;
    return listPage(pool, {
      spec: LEAD_LIST,
      query,
      from: 'lead',
      select: COLUMNS,
      map: (row) => leadOf(this.context, row),
    });
  }
}

@QueryHandler(LeadById)
export class LeadByIdHandler implements IQueryHandler<LeadById> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ leadId }: LeadById): Promise<LeadRow> {
    const { rows } = await this.context.pool.query<Row>(BY_ID, [leadId]);
    const [row] = rows;
    if (row === undefined) throw new Rejected('not-found', 'There is no such lead', { status: 404 });
    return leadOf(this.context, row);
  }
}

async function leadOf({ vault }: ServiceContext, row: Row): Promise<LeadRow> {
  const [interest, note] = await vault.openAll([row['interest'] as string | null, row['note'] as string | null]);
  return {
    leadId: row['lead_id'] as string,
    partyId: row['party_id'] as string,
    source: row['source'] as string,
    status: row['status'] as string,
    openedAt: row['opened_at'] as string,
    changedAt: row['changed_at'] as string,
    version: row['version'] as number,
    ...present({
      responseId: row['response_id'] as string | null,
      interest: interest as string | null,
      ownerId: row['owner_id'] as string | null,
      opportunityId: row['opportunity_id'] as string | null,
      reason: row['reason'] as string | null,
      note: note as string | null,
    }),
  };
}
