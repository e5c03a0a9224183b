import { listPage, ServiceContext, type ListPage, type ListSpec } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { runHolding } from '../customer-score/score-runs.js';
import { jsonValue } from '../customer-score/score-values.js';
import type { ScoringModel, Values } from '../model-run/model.js';
import type { Moments } from '../moment-query.js';

export type FindingItem = Values & { readonly runId: string; readonly number: number };

/** The list of what a model finds, in the order that it found it in: all fields can be filtered and ordered by. */
export const findingList = ({ rows = {} }: Pick<ScoringModel, 'rows'>): ListSpec => ({
  fields: {
    number: { column: 'f.number', type: 'integer', sortable: true },
    ...Object.fromEntries(
      Object.entries(rows).map(([name, type]) => [
        name,
        { column: jsonValue('f.found', name, type), type, sortable: true, nullable: true },
      ]),
    ),
  },
  defaultOrder: 'number',
  tieBreaker: 'number',
});

/** What did a run of a model find: the one that is named, else the one that holds at a time? */
export class ModelFindingsPage extends Query<ListPage<FindingItem>> {
  constructor(
    readonly model: ScoringModel,
    readonly query: Readonly<Record<string, unknown>>,
    readonly from: Pick<Moments, 'asOf'> & { readonly runId?: string },
  ) {
    super();
  }
}

@QueryHandler(ModelFindingsPage)
export class ModelFindingsPageHandler implements IQueryHandler<ModelFindingsPage> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ model, query, from: { runId: named, asOf } }: ModelFindingsPage): Promise<ListPage<FindingItem>> {
    const { pool } = this.context;
    const at = { model: model.name, ...(asOf === undefined ? {} : { asOf }) };
    const runId = named ?? (await runHolding(pool, at))?.runId;
    return listPage(pool, {
      spec: findingList(model),
      query,
      allowed: ['runId', 'asOf'],
      from: 'app.model_row f JOIN app.model_run r USING (run_id)',
      select: 'f.run_id AS "runId", f.number, f.found',
      where: { text: 'f.run_id = $1::uuid AND r.model = $2', values: [runId ?? null, model.name] },
      map: ({ runId: of, number, found }) => ({ runId: of, number, ...(found as Values) }) as FindingItem,
    });
  }
}
