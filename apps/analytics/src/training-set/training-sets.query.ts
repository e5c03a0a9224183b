import { listPage, ServiceContext, type ListPage, type ListSpec } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { KnowledgeBasis, TrainingOutcome } from './training-set.events.js';

export interface TrainingSetItem {
  readonly trainingSetId: string;
  readonly predictAt: string;
  readonly horizonDays: number;
  readonly outcome: TrainingOutcome;
  readonly features: readonly string[];
  readonly requestedAt: string;
  readonly status: 'running' | 'done' | 'failed';
  /** Null as long as the set is not built. */
  readonly basis: KnowledgeBasis | null;
  readonly customers: number | null;
}

export const TRAINING_SET_LIST = {
  fields: {
    trainingSetId: { column: 's.training_set_id', type: 'uuid' },
    predictAt: { column: 's.predict_at', type: 'timestamp', sortable: true },
    requestedAt: { column: 's.requested_at', type: 'timestamp', sortable: true },
    horizonDays: { column: 's.horizon_days', type: 'integer' },
    outcome: { column: 's.outcome', type: 'text' },
    status: { column: 's.status', type: 'text' },
  },
  defaultOrder: '-requestedAt',
  tieBreaker: 'trainingSetId',
} as const satisfies ListSpec;

/** Which training sets are there? */
export class TrainingSetsPage extends Query<ListPage<TrainingSetItem>> {
  constructor(readonly query: Readonly<Record<string, unknown>>) {
    super();
  }
}

@QueryHandler(TrainingSetsPage)
export class TrainingSetsPageHandler implements IQueryHandler<TrainingSetsPage> {
  constructor(private readonly context: ServiceContext) {}

  execute({ query }: TrainingSetsPage): Promise<ListPage<TrainingSetItem>> {
    return listPage(this.context.pool, {
      spec: TRAINING_SET_LIST,
      query,
      from: 'training_set s',
      select: `s.training_set_id AS "trainingSetId", s.predict_at AS "predictAt", s.horizon_days AS "horizonDays", s.outcome,
        s.features, s.requested_at AS "requestedAt", s.status, s.basis, s.customers`,
      map: ({ trainingSetId, predictAt, horizonDays, outcome, features, requestedAt, status, basis, customers }) =>
        ({
          trainingSetId,
          predictAt,
          horizonDays,
          outcome,
          features,
          requestedAt,
          status,
          basis,
          customers,
        }) as TrainingSetItem,
    });
  }
}
