import { listPage, ServiceContext, type ListPage, type ListSpec } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Where } from './segment-where.js';
import { segmentAggregate } from './segment.js';

export interface SegmentItem {
  readonly segmentId: string;
  readonly name: string;
  readonly where: Where;
}

export const SEGMENT_LIST = {
  fields: {
    segmentId: { column: 'segment_id', type: 'uuid' },
    name: { column: 'name', type: 'text', sortable: true },
    definedAt: { column: 'defined_at', type: 'timestamp', sortable: true },
  },
  defaultOrder: '-definedAt',
  tieBreaker: 'segmentId',
} as const satisfies ListSpec;

/** Which segments are there? */
export class SegmentsPage extends Query<ListPage<SegmentItem & { readonly definedAt: string }>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

/** Who belongs to a segment by definition? */
export class SegmentById extends Query<SegmentItem | undefined> {
  constructor(readonly segmentId: string) {
    super();
  }
}

@QueryHandler(SegmentsPage)
export class SegmentsPageHandler implements IQueryHandler<SegmentsPage> {
  constructor(private readonly context: ServiceContext) {}

  execute({ query }: SegmentsPage): Promise<ListPage<SegmentItem & { readonly definedAt: string }>> {
    return listPage(this.context.pool, {
      spec: SEGMENT_LIST,
      query,
      from: 'segment',
      select: 'segment_id, name, predicate, defined_at',
      map: (row) => ({
        segmentId: row['segment_id'] as string,
        name: row['name'] as string,
        where: row['predicate'] as Where,
        definedAt: row['defined_at'] as string,
      }),
    });
  }
}

@QueryHandler(SegmentById)
export class SegmentByIdHandler implements IQueryHandler<SegmentById> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ segmentId }: SegmentById): Promise<SegmentItem | undefined> {
    const { state } = await this.context.store.read(segmentAggregate, segmentId);
    return state.status === 'new' ? undefined : { segmentId, name: state.name, where: state.where };
  }
}
