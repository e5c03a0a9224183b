import { listPage, ServiceContext, type ListPage, type ListSpec } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';

export interface PromotionItem {
  readonly number: number;
  readonly runId: string;
  readonly modelVersion: string;
  readonly promotedAt: string;
  readonly promotedBy: string;
  readonly reason: string | null;
}

/** The newest first: that one holds. */
export const PROMOTION_LIST = {
  fields: {
    number: { column: 'c.number', type: 'integer', sortable: true },
    runId: { column: 'c.run_id', type: 'uuid' },
    modelVersion: { column: 'coalesce(r.model_version, c.model_version)', type: 'text' },
    promotedAt: { column: 'c.promoted_at', type: 'timestamp', sortable: true },
  },
  defaultOrder: '-number',
  tieBreaker: 'number',
} as const satisfies ListSpec;

/** Who made which run the champion of a model, and why? */
export class ModelPromotionsPage extends Query<ListPage<PromotionItem>> {
  constructor(
    readonly model: string,
    readonly query: Readonly<Record<string, unknown>>,
  ) {
    super();
  }
}

@QueryHandler(ModelPromotionsPage)
export class ModelPromotionsPageHandler implements IQueryHandler<ModelPromotionsPage> {
  constructor(private readonly context: ServiceContext) {}

  execute({ model, query }: ModelPromotionsPage): Promise<ListPage<PromotionItem>> {
    return listPage(this.context.pool, {
      spec: PROMOTION_LIST,
      query,
      from: 'model_champion c LEFT JOIN app.model_run r USING (run_id)',
      select: `c.number, c.run_id AS "runId", coalesce(r.model_version, c.model_version) AS "modelVersion", c.promoted_at AS "promotedAt",
        c.promoted_by AS "promotedBy", c.reason`,
      where: { text: 'c.model = $1', values: [model] },
      map: ({ number, runId, modelVersion, promotedAt, promotedBy, reason }) =>
        ({ number, runId, modelVersion, promotedAt, promotedBy, reason }) as PromotionItem,
    });
  }
}
