import { listPage, ServiceContext, type ListPage, type ListSpec } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';

export const TIMELINE_LIST = {
  fields: {
    eventId: { column: 'event_id', type: 'uuid' },
    at: { column: 'at', type: 'timestamp', sortable: true },
    service: { column: 'service', type: 'text' },
    kind: { column: 'kind', type: 'text' },
  },
  defaultOrder: '-at',
  tieBreaker: 'eventId',
} as const satisfies ListSpec;

export interface TimelineEntry {
  readonly eventId: string;
  readonly at: string;
  readonly service: string;
  readonly kind: string;
  readonly reference: Readonly<Record<string, unknown>>;
}

/** What happened with a party, newest first. Stays readable after an erasure: it holds nothing personal. */
export class PartyTimeline extends Query<ListPage<TimelineEntry>> {
  constructor(
    readonly partyId: string,
    readonly query: Readonly<Record<string, unknown>>,
  ) {
    super();
  }
}

@QueryHandler(PartyTimeline)
export class PartyTimelineHandler implements IQueryHandler<PartyTimeline> {
  constructor(private readonly context: ServiceContext) {}

  execute({ partyId, query }: PartyTimeline): Promise<ListPage<TimelineEntry>> {
    return listPage(this.context.pool, {
      spec: TIMELINE_LIST,
      query,
      from: 'timeline',
      select: 'event_id AS "eventId", at, service, kind, reference',
      where: { text: 'party_id = $1', values: [partyId] },
      map: ({ eventId, at, service, kind, reference }) => ({ eventId, at, service, kind, reference }) as TimelineEntry,
    });
  }
}
