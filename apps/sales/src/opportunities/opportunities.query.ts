import { Rejected } from '@crm/event-sourcing';
import { listPage, moneySchema, present, ServiceContext, type ListPage, type ListSpec, type Row } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Type, type Static } from '@sinclair/typebox';
import { STAGES } from '../opportunity/opportunity.events.js';

export const OPPORTUNITY_LIST = {
  fields: {
    opportunityId: { column: 'opportunity_id', type: 'uuid' },
    partyId: { column: 'party_id', type: 'uuid' },
    stage: { column: 'stage', type: 'text', values: STAGES },
    probability: { column: 'probability', type: 'integer', sortable: true },
    amountMinor: { column: 'amount_minor', type: 'bigint', sortable: true, nullable: true },
    ownerId: { column: 'owner_id', type: 'text', nullable: true },
    leadId: { column: 'lead_id', type: 'uuid', nullable: true },
    openedAt: { column: 'opened_at', type: 'timestamp', sortable: true },
    stageSince: { column: 'stage_since', type: 'timestamp', sortable: true },
    expectedCloseAt: { column: 'expected_close_at', type: 'timestamp', sortable: true, nullable: true },
  },
  defaultOrder: '-openedAt',
  tieBreaker: 'opportunityId',
} as const satisfies ListSpec;

const id = Type.String({ format: 'uuid' });
const time = Type.String({ format: 'date-time' });

export const opportunitySchema = Type.Object({
  opportunityId: id,
  partyId: id,
  stage: Type.String(),
  probability: Type.Integer(),
  openedAt: time,
  stageSince: time,
  name: Type.Optional(Type.String()),
  amount: Type.Optional(moneySchema),
  expectedCloseAt: Type.Optional(time),
  leadId: Type.Optional(id),
  ownerId: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
  version: Type.Integer(),
});
export type OpportunityRow = Static<typeof opportunitySchema>;

const COLUMNS = `opportunity_id, party_id, stage, probability, opened_at, stage_since, name, amount_minor::text AS amount_minor, currency,
  expected_close_at, lead_id, owner_id, reason, version`;
const BY_ID = `SELECT ${COLUMNS} FROM opportunity WHERE opportunity_id = $1`;

export class OpportunityList extends Query<ListPage<OpportunityRow>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

export class OpportunityById extends Query<OpportunityRow> {
  constructor(readonly opportunityId: string) {
    super();
  }
}

@QueryHandler(OpportunityList)
export class OpportunityListHandler implements IQueryHandler<OpportunityList> {
  constructor(private readonly context: ServiceContext) {}

  execute({ query }: OpportunityList): Promise<ListPage<OpportunityRow>> {
    return listPage(this.context.pool, {
      spec: OPPORTUNITY_LIST,
      query,
      from: 'opportunity',
      select: COLUMNS,
      map: (row) => opportunityOf(this.context, row),
    });
  }
}

@QueryHandler(OpportunityById)
export class OpportunityByIdHandler implements IQueryHandler<OpportunityById> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ opportunityId }: OpportunityById): Promise<OpportunityRow> {
    const { rows } = await this.context.pool.query<Row>(BY_ID, [opportunityId]);
    const [row] = rows;
    if (row === undefined) throw new Rejected('not-found', 'There is no such opportunity', { status: 404 });
    return opportunityOf(this.context, row);
  }
}

async function opportunityOf({ vault }: ServiceContext, row: Row): Promise<OpportunityRow> {
  const [name, reason] = await vault.openAll([row['name'] as string | null, row['reason'] as string | null]);
  const currency = row['currency'] as string | null;
  return {
    opportunityId: row['opportunity_id'] as string,
    partyId: row['party_id'] as string,
    stage: row['stage'] as string,
    probability: row['probability'] as number,
    openedAt: row['opened_at'] as string,
    stageSince: row['stage_since'] as string,
    version: row['version'] as number,
    ...present({
      name: name as string | null,
      amount: currency === null ? null : { amountMinor: Number(row['amount_minor']), currency },
      expectedCloseAt: row['expected_close_at'] as string | null,
      leadId: row['lead_id'] as string | null,
      ownerId: row['owner_id'] as string | null,
      reason: reason as string | null,
    }),
  };
}
