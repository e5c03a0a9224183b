import { Rejected } from '@crm/event-sourcing';
import { listPage, present, ServiceContext, type ListPage, type ListSpec, type Row } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Type, type Static } from '@sinclair/typebox';
import { CASE_KINDS, CASE_STATES, PRIORITIES } from '../case/case.events.js';

export const CASE_LIST = {
  fields: {
    caseId: { column: 'case_id', type: 'uuid' },
    partyId: { column: 'party_id', type: 'uuid' },
    kind: { column: 'kind', type: 'text', values: CASE_KINDS },
    priority: { column: 'priority', type: 'text', values: PRIORITIES },
    status: { column: 'status', type: 'text', values: CASE_STATES },
    channel: { column: 'channel', type: 'text' },
    assignee: { column: 'assignee', type: 'text', nullable: true },
    openedAt: { column: 'opened_at', type: 'timestamp', sortable: true },
    respondBy: { column: 'respond_by', type: 'timestamp', sortable: true },
    dueAt: { column: 'due_at', type: 'timestamp', sortable: true },
    resolvedAt: { column: 'resolved_at', type: 'timestamp', sortable: true, nullable: true },
  },
  defaultOrder: 'dueAt',
  tieBreaker: 'caseId',
} as const satisfies ListSpec;

const id = Type.String({ format: 'uuid' });
const time = Type.String({ format: 'date-time' });
const optionalText = Type.Optional(Type.String());

export const caseSchema = Type.Object({
  caseId: id,
  partyId: id,
  kind: Type.String(),
  subject: optionalText,
  description: optionalText,
  priority: Type.String(),
  channel: Type.String(),
  status: Type.String(),
  openedAt: time,
  changedAt: time,
  respondBy: time,
  dueAt: time,
  slaVersion: Type.Integer(),
  assignee: optionalText,
  firstProgressAt: Type.Optional(time),
  resolvedAt: Type.Optional(time),
  resolution: optionalText,
  reason: optionalText,
  version: Type.Integer(),
});
export type CaseRow = Static<typeof caseSchema>;

const COLUMNS = `case_id, party_id, kind, subject, description, priority, channel, status, opened_at, changed_at, respond_by, due_at,
  sla_version, assignee, first_progress_at, resolved_at, resolution, reason, version`;
const BY_ID = `SELECT ${COLUMNS} FROM service_case WHERE case_id = $1`;
const SEALED = ['subject', 'description', 'resolution', 'reason'] as const;

export class CaseList extends Query<ListPage<CaseRow>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

export class CaseById extends Query<CaseRow> {
  constructor(readonly caseId: string) {
    super();
  }
}

@QueryHandler(CaseList)
export class CaseListHandler implements IQueryHandler<CaseList> {
  constructor(private readonly context: ServiceContext) {}

  execute({ query }: CaseList): Promise<ListPage<CaseRow>> {
    return listPage(this.context.pool, {
      spec: CASE_LIST,
      query,
      from: 'service_case',
      select: COLUMNS,
      map: (row) => caseOf(this.context, row),
    });
  }
}

@QueryHandler(CaseById)
export class CaseByIdHandler implements IQueryHandler<CaseById> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ caseId }: CaseById): Promise<CaseRow> {
    const { rows } = await this.context.pool.query<Row>(BY_ID, [caseId]);
    const [row] = rows;
    if (row === undefined) throw new Rejected('not-found', 'There is no such case', { status: 404 });
    return caseOf(this.context, row);
  }
}

async function caseOf({ vault }: ServiceContext, sealed: Row): Promise<CaseRow> {
  const [row = sealed] = await vault.openColumns([sealed], SEALED);
  return {
    caseId: row['case_id'] as string,
    partyId: row['party_id'] as string,
    kind: row['kind'] as string,
    priority: row['priority'] as string,
    channel: row['channel'] as string,
    status: row['status'] as string,
    openedAt: row['opened_at'] as string,
    changedAt: row['changed_at'] as string,
    respondBy: row['respond_by'] as string,
    dueAt: row['due_at'] as string,
    slaVersion: row['sla_version'] as number,
    version: row['version'] as number,
    ...present({
      subject: row['subject'] as string | null,
      description: row['description'] as string | null,
      assignee: row['assignee'] as string | null,
      firstProgressAt: row['first_progress_at'] as string | null,
      resolvedAt: row['resolved_at'] as string | null,
      resolution: row['resolution'] as string | null,
      reason: row['reason'] as string | null,
    }),
  };
}
