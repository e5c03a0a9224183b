import { inSnapshot } from '@crm/event-sourcing';
import { listPage, ServiceContext, type ListPage, type ListSpec } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { caughtUp, LOOP_SOURCES } from './caught-up.js';
import { loopCounts } from './loop-counts.js';
import { traceOf, type LoopTrace, type Seen } from './loop-trace.js';
import { loopsProjection } from './loops.projection.js';

const PATIENCE_MS = 2_000;
const QUIET = `SELECT coalesce(max(updated_at) < clock_timestamp() - interval '5 seconds', true) AS quiet
  FROM bus.cursor WHERE consumer = $1 AND source = 'marketing'`;

export const LOOP_LIST = {
  fields: {
    loopId: { column: 'loop_id', type: 'uuid' },
    campaignId: { column: 'campaign_id', type: 'uuid' },
    beganAt: { column: 'began_at', type: 'timestamp', sortable: true },
  },
  defaultOrder: '-beganAt',
  tieBreaker: 'loopId',
} as const satisfies ListSpec;

/** Where does a loop stand? */
export class LoopById extends Query<LoopTrace | undefined> {
  constructor(readonly loopId: string) {
    super();
  }
}

/** Which loops are there, and where does each stand? */
export class LoopsPage extends Query<ListPage<LoopTrace>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

@QueryHandler(LoopById)
export class LoopByIdHandler implements IQueryHandler<LoopById> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ loopId }: LoopById): Promise<LoopTrace | undefined> {
    return (await tracesOf(this.context, [loopId]))[0];
  }
}

@QueryHandler(LoopsPage)
export class LoopsPageHandler implements IQueryHandler<LoopsPage> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ query }: LoopsPage): Promise<ListPage<LoopTrace>> {
    const page = await listPage(this.context.pool, {
      spec: LOOP_LIST,
      query,
      from: 'loop',
      select: 'loop_id',
      map: (row) => row['loop_id'] as string,
    });
    return { ...page, items: await tracesOf(this.context, page.items) };
  }
}

type Context = Pick<ServiceContext, 'name' | 'store' | 'pool' | 'services' | 'clock'>;

/** The traces of some loops: of rows that hold what the sources held when somebody asked, if they get there in time. */
export async function tracesOf(context: Context, loopIds: readonly string[]): Promise<readonly LoopTrace[]> {
  if (loopIds.length === 0) return [];
  const arrived = await caughtUp(context, LOOP_SOURCES, PATIENCE_MS);
  return inSnapshot(context.pool, async (tx) => {
    const { rows } = await tx.query<{ quiet: boolean }>(QUIET, [loopsProjection.name]);
    const seen: Seen = { now: context.clock(), caughtUp: arrived, quiet: rows[0]?.quiet ?? false };
    return (await loopCounts(tx, loopIds)).map((counts) => traceOf(counts, seen));
  });
}
