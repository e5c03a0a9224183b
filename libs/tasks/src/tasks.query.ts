import { listPage, present, ServiceContext, type ListPage, type ListSpec, type Row } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Type, type Static } from '@sinclair/typebox';

export const TASK_LIST = {
  fields: {
    taskId: { column: 'task_id', type: 'uuid' },
    treatmentId: { column: 'treatment_id', type: 'uuid' },
    campaignId: { column: 'campaign_id', type: 'uuid' },
    waveId: { column: 'wave_id', type: 'uuid' },
    partyId: { column: 'party_id', type: 'uuid' },
    channel: { column: 'channel', type: 'text' },
    status: { column: 'status', type: 'text', values: ['open', 'started', 'done', 'cancelled'] },
    outcome: { column: 'outcome', type: 'text', nullable: true },
    tries: { column: 'tries', type: 'integer' },
    startedBy: { column: 'started_by', type: 'text', nullable: true },
    assignedAt: { column: 'assigned_at', type: 'timestamp', sortable: true },
    dueAt: { column: 'due_at', type: 'timestamp', sortable: true, nullable: true },
    notBefore: { column: 'not_before', type: 'timestamp', sortable: true, nullable: true },
  },
  defaultOrder: 'assignedAt',
  tieBreaker: 'taskId',
} as const satisfies ListSpec;

const id = Type.String({ format: 'uuid' });
const time = Type.String({ format: 'date-time' });

export const taskSchema = Type.Object({
  taskId: id,
  treatmentId: id,
  campaignId: id,
  waveId: id,
  partyId: id,
  arm: Type.String(),
  channel: Type.String(),
  purpose: Type.String(),
  offerCode: Type.String(),
  status: Type.String(),
  outcome: Type.Optional(Type.String()),
  tries: Type.Integer(),
  startedBy: Type.Optional(Type.String()),
  assignedAt: time,
  dueAt: Type.Optional(time),
  notBefore: Type.Optional(time),
  response: Type.Optional(Type.Object({ kind: Type.String(), note: Type.Optional(Type.String()) })),
});
export type TaskRow = Static<typeof taskSchema>;

const COLUMNS = `task_id, treatment_id, campaign_id, wave_id, party_id, arm, channel, purpose, offer_code, status, outcome, tries, started_by,
  assigned_at, due_at, not_before, response_kind, response_note`;

/** Which tasks are there? */
export class TaskList extends Query<ListPage<TaskRow>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

@QueryHandler(TaskList)
export class TaskListHandler implements IQueryHandler<TaskList> {
  constructor(private readonly context: ServiceContext) {}

  execute({ query }: TaskList): Promise<ListPage<TaskRow>> {
    const { pool, vault } = this.context;
    const where = { text: 'NOT erased', values: [] };
    return listPage(pool, {
      spec: TASK_LIST,
      query,
      from: 'task',
      select: COLUMNS,
      where,
      map: async (row) => {
        const sealed = row['response_note'] as string | null;
        return taskOf(row, sealed === null ? null : ((await vault.openValue(sealed)) as string | null));
      },
    });
  }
}

function taskOf(row: Row, note: string | null): TaskRow {
  const kind = row['response_kind'] as string | null;
  return {
    taskId: row['task_id'] as string,
    treatmentId: row['treatment_id'] as string,
    campaignId: row['campaign_id'] as string,
    waveId: row['wave_id'] as string,
    partyId: row['party_id'] as string,
    arm: row['arm'] as string,
    channel: row['channel'] as string,
    purpose: row['purpose'] as string,
    offerCode: row['offer_code'] as string,
    status: row['status'] as string,
    tries: row['tries'] as number,
    assignedAt: row['assigned_at'] as string,
    ...present({
      outcome: row['outcome'] as string | null,
      startedBy: row['started_by'] as string | null,
      dueAt: row['due_at'] as string | null,
      notBefore: row['not_before'] as string | null,
      response: kind === null ? null : { kind, ...present({ note }) },
    }),
  };
}
