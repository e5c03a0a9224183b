import type { Json } from '@crm/event-sourcing';
import { listPage, ServiceContext, type ListPage, type ListSpec } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ScoringModel, Values } from '../model-run/model.js';
import { modelNamed } from '../model-run/models.js';
import { MOMENT_NAMES, type Moments } from '../moment-query.js';
import { runsAt, type ScoreRun } from './score-runs.js';
import { scoreColumn } from './score-values.js';

export interface ScoreItem {
  readonly partyId: string;
  readonly model: string;
  readonly modelVersion: string;
  readonly runId: string;
  readonly asOf: string;
  readonly values: Values;
  /** The inputs of the score and what they were held against. */
  readonly reasons: Readonly<Record<string, Json>>;
}

interface ScoreRow {
  readonly partyId: string;
  readonly runId: string;
  readonly score: Values;
  readonly inputs: Values;
}

const SELECT = 's.party_id AS "partyId", s.run_id AS "runId", s.score, s.inputs';
const OF_CUSTOMER = `SELECT ${SELECT} FROM app.customer_score s WHERE s.party_id = $1 AND s.run_id = ANY($2::uuid[])`;

/** The list of one model's scores: its values can be filtered and ordered by. */
export const scoreList = (model: ScoringModel): ListSpec => ({
  fields: {
    partyId: { column: 's.party_id', type: 'uuid' },
    ...Object.fromEntries(
      Object.entries(model.values).map(([value, type]) => [
        value,
        { column: scoreColumn('s', value, type), type, sortable: true },
      ]),
    ),
  },
  defaultOrder: 'partyId',
  tieBreaker: 'partyId',
});

/** What do the models say about one customer at a time? */
export class ScoresOfCustomer extends Query<readonly ScoreItem[]> {
  constructor(
    readonly partyId: string,
    readonly moments: Moments,
  ) {
    super();
  }
}

/** Whom does a model give which score at a time? */
export class CustomerScoresPage extends Query<ListPage<ScoreItem>> {
  constructor(
    readonly model: ScoringModel,
    readonly query: Readonly<Record<string, unknown>>,
    readonly moments: Moments,
  ) {
    super();
  }
}

@QueryHandler(ScoresOfCustomer)
export class ScoresOfCustomerHandler implements IQueryHandler<ScoresOfCustomer> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ partyId, moments }: ScoresOfCustomer): Promise<readonly ScoreItem[]> {
    const runs = await runsAt(this.context.pool, moments);
    const { rows } = await this.context.pool.query<ScoreRow>(OF_CUSTOMER, [partyId, runs.map(({ runId }) => runId)]);
    return runs.flatMap((run) => rows.filter(({ runId }) => runId === run.runId).map((row) => itemOf(row, run)));
  }
}

@QueryHandler(CustomerScoresPage)
export class CustomerScoresPageHandler implements IQueryHandler<CustomerScoresPage> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ model, query, moments }: CustomerScoresPage): Promise<ListPage<ScoreItem>> {
    const run = (await runsAt(this.context.pool, moments)).find((one) => one.model === model.name);
    return listPage(this.context.pool, {
      spec: scoreList(model),
      query,
      allowed: ['model', ...MOMENT_NAMES],
      from: 'app.customer_score s',
      select: SELECT,
      where: { text: 's.run_id = $1::uuid', values: [run?.runId ?? null] },
      map: (row) => itemOf(row as unknown as ScoreRow, run as ScoreRun),
    });
  }
}

function itemOf({ partyId, score, inputs }: ScoreRow, { runId, model, modelVersion, asOf, fit }: ScoreRun): ScoreItem {
  const explained = modelNamed(model)?.explains(fit) ?? {};
  return { partyId, model, modelVersion, runId, asOf, values: score, reasons: { ...inputs, ...explained } };
}
