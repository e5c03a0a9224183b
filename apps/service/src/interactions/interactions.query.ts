import { Rejected } from '@crm/event-sourcing';
import { listPage, present, ServiceContext, type ListPage, type ListSpec, type Row } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Type, type Static } from '@sinclair/typebox';
import { inVendorOrder } from '../interaction/interaction-fold.js';
import { CONTACT_CHANNELS, DIRECTIONS, type ContactEventFacts } from '../interaction/interaction.events.js';
import { interactionIdOf } from '../interaction/interaction.js';

export const INTERACTION_LIST = {
  fields: {
    interactionId: { column: 'interaction_id', type: 'uuid' },
    source: { column: 'source', type: 'text' },
    contactId: { column: 'contact_id', type: 'text' },
    partyId: { column: 'party_id', type: 'uuid', nullable: true },
    channel: { column: 'channel', type: 'text', values: CONTACT_CHANNELS },
    direction: { column: 'direction', type: 'text', values: DIRECTIONS },
    status: {
      column: 'status',
      type: 'text',
      values: ['offered', 'queued', 'connected', 'held', 'ended', 'abandoned'],
    },
    outcome: { column: 'outcome', type: 'text', nullable: true },
    treatmentId: { column: 'treatment_id', type: 'uuid', nullable: true },
    agentId: { column: 'agent_id', type: 'text', nullable: true },
    queue: { column: 'queue', type: 'text', nullable: true },
    startedAt: { column: 'started_at', type: 'timestamp', sortable: true },
    endedAt: { column: 'ended_at', type: 'timestamp', sortable: true, nullable: true },
  },
  defaultOrder: '-startedAt',
  tieBreaker: 'interactionId',
} as const satisfies ListSpec;

const id = Type.String({ format: 'uuid' });
const time = Type.String({ format: 'date-time' });
const optionalText = Type.Optional(Type.String());

export const interactionSchema = Type.Object({
  interactionId: id,
  source: Type.String(),
  contactId: Type.String(),
  partyId: Type.Optional(id),
  channel: Type.String(),
  direction: Type.String(),
  status: Type.String(),
  startedAt: time,
  answeredAt: Type.Optional(time),
  endedAt: Type.Optional(time),
  outcome: optionalText,
  treatmentId: Type.Optional(id),
  agentId: optionalText,
  queue: optionalText,
  disposition: optionalText,
  transfers: Type.Integer(),
});
export type InteractionRow = Static<typeof interactionSchema>;

const contactEventSchema = Type.Object({
  vendorEventId: Type.String(),
  sequence: Type.Integer(),
  kind: Type.String(),
  at: time,
  from: optionalText,
  to: optionalText,
  agentId: optionalText,
  queue: optionalText,
  disposition: optionalText,
  response: Type.Optional(Type.Object({ kind: Type.String(), note: optionalText })),
});
export const interactionWithEventsSchema = Type.Object({
  ...interactionSchema.properties,
  events: Type.Array(contactEventSchema),
});
export type InteractionWithEvents = Static<typeof interactionWithEventsSchema>;

const COLUMNS = `interaction_id, source, contact_id, party_id, channel, direction, status, started_at, answered_at, ended_at, outcome,
  treatment_id, agent_id, queue, disposition, transfers`;
const BY_ID = `SELECT ${COLUMNS} FROM interaction WHERE interaction_id = $1`;
const EVENTS = 'SELECT facts FROM contact_event WHERE interaction_id = $1';

export class InteractionList extends Query<ListPage<InteractionRow>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

export class InteractionByContact extends Query<InteractionWithEvents> {
  constructor(
    readonly source: string,
    readonly contactId: string,
  ) {
    super();
  }
}

@QueryHandler(InteractionList)
export class InteractionListHandler implements IQueryHandler<InteractionList> {
  constructor(private readonly context: ServiceContext) {}

  execute({ query }: InteractionList): Promise<ListPage<InteractionRow>> {
    return listPage(this.context.pool, {
      spec: INTERACTION_LIST,
      query,
      from: 'interaction',
      select: COLUMNS,
      map: interactionOf,
    });
  }
}

@QueryHandler(InteractionByContact)
export class InteractionByContactHandler implements IQueryHandler<InteractionByContact> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ source, contactId }: InteractionByContact): Promise<InteractionWithEvents> {
    const { pool, vault } = this.context;
    const interactionId = interactionIdOf(source, contactId);
    const { rows } = await pool.query<Row>(BY_ID, [interactionId]);
    const [row] = rows;
    if (row === undefined) throw new Rejected('not-found', 'There is no such interaction', { status: 404 });
    const stored = await pool.query<{ facts: ContactEventFacts }>(EVENTS, [interactionId]);
    const opened = await vault.openColumns(
      stored.rows.map(({ facts }) => facts),
      ['from', 'to', 'responseNote'],
    );
    return { ...interactionOf(row), events: [...opened].sort(inVendorOrder).map(stepOf) };
  }
}

function stepOf(event: ContactEventFacts): InteractionWithEvents['events'][number] {
  const { vendorEventId, sequence, kind, at, from, to, agentId, queue, disposition, responseKind, responseNote } =
    event;
  const response = responseKind === undefined ? null : { kind: responseKind, ...present({ note: responseNote }) };
  return { vendorEventId, sequence, kind, at, ...present({ from, to, agentId, queue, disposition, response }) };
}

function interactionOf(row: Row): InteractionRow {
  return {
    interactionId: row['interaction_id'] as string,
    source: row['source'] as string,
    contactId: row['contact_id'] as string,
    channel: row['channel'] as string,
    direction: row['direction'] as string,
    status: row['status'] as string,
    startedAt: row['started_at'] as string,
    transfers: row['transfers'] as number,
    ...present({
      partyId: row['party_id'] as string | null,
      answeredAt: row['answered_at'] as string | null,
      endedAt: row['ended_at'] as string | null,
      outcome: row['outcome'] as string | null,
      treatmentId: row['treatment_id'] as string | null,
      agentId: row['agent_id'] as string | null,
      queue: row['queue'] as string | null,
      disposition: row['disposition'] as string | null,
    }),
  };
}
