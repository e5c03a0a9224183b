import type { Json } from '@crm/event-sourcing';
import { listPage, ServiceContext, type ListPage, type ListSpec } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FeatureTime } from '../customer-features/features-at.js';
import type { ScoringModel, Values } from '../model-run/model.js';
import { modelNamed } from '../model-run/models.js';
import { MOMENT_NAMES, type Moments } from '../moment-query.js';
import { scoresOf } from './joined-scores.js';
import { liveEdgesOf } from './live-rfm.js';
import { runHolding, runsAt, type ScoreRun } from './score-runs.js';

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
  readonly score: Values;
  readonly inputs: Values;
}

const SELECT = 's.party_id AS "partyId", s.score, s.inputs';

/** The list of one model's scores: its values can be filtered and ordered by. */
export const scoreList = (model: ScoringModel): ListSpec => ({
  fields: {
    partyId: { column: 's.party_id', type: 'uuid' },
    ...Object.fromEntries(
      Object.entries(model.values).map(([value, type]) => [value, { column: `s."${value}"`, type, sortable: true }]),
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
    const { pool, clock } = this.context;
    const now = clock();
    const items: ScoreItem[] = [];
    for (const run of await runsAt(pool, moments)) {
      const model = modelNamed(run.model);
      if (model === undefined) continue;
      const time = { ...moments, now };
      const from = scoresOf({ model, run, time });
      const { rows } = await pool.query<ScoreRow>(`SELECT ${SELECT} FROM ${from} s WHERE s.party_id = $1`, [partyId]);
      items.push(...rows.map((row) => itemOf(row, run, time)));
    }
    return items;
  }
}

@QueryHandler(CustomerScoresPage)
export class CustomerScoresPageHandler implements IQueryHandler<CustomerScoresPage> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ model, query, moments }: CustomerScoresPage): Promise<ListPage<ScoreItem>> {
    const { pool, clock } = this.context;
    const time = { ...moments, now: clock() };
    const run = await runHolding(pool, { ...moments, model: model.name });
    return listPage(pool, {
      spec: scoreList(model),
      query,
      allowed: ['model', ...MOMENT_NAMES],
      from: `${scoresOf({ model, run, time })} s`,
      select: SELECT,
      map: (row) => itemOf(row as unknown as ScoreRow, run as ScoreRun, time),
    });
  }
}

/** A score that follows the features holds now, by the edges of its run; a stored one held when the run was made. */
function itemOf({ partyId, score, inputs }: ScoreRow, run: ScoreRun, time: FeatureTime): ScoreItem {
  const { runId, model, modelVersion, fit } = run;
  const asOf = liveEdgesOf(run, time) === undefined ? run.asOf : new Date(time.now).toISOString();
  const explained = modelNamed(model)?.explains(fit) ?? {};
  return { partyId, model, modelVersion, runId, asOf, values: score, reasons: { ...inputs, ...explained } };
}
