import { listPage, problem, ServiceContext, type ListPage, type ListSpec, type Problem } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { TrainingRow } from '../model-run/model-inputs.js';
import type { RunWarning } from '../model-run/model.js';
import { basisWarnings } from './basis-warning.js';
import type { BuiltTrainingSet } from './stored-training-set.js';
import type { TrainingSetRequested } from './training-set.events.js';
import { trainingSetAggregate } from './training-set.js';

export type TrainingSetView = Omit<TrainingSetRequested['data'], 'basis' | 'knownAt'> & {
  readonly status: 'running' | 'done' | 'failed';
  readonly progress: { readonly done: number; readonly total: number };
  readonly basis?: BuiltTrainingSet['basis'];
  readonly knownAt?: string | null;
  readonly customers?: number;
  /** Customers by what came of them. */
  readonly classes?: { readonly positives: number; readonly negatives: number };
  readonly factsUsed?: number;
  readonly factsLate?: number;
  readonly warnings?: readonly RunWarning[];
  readonly problem?: Problem;
};

export const TRAINING_ROW_LIST = {
  fields: {
    partyId: { column: 'r.party_id', type: 'uuid' },
    outcome: { column: 'r.outcome', type: 'boolean' },
  },
  defaultOrder: 'partyId',
  tieBreaker: 'partyId',
} as const satisfies ListSpec;

/** What is in a training set, and by which knowledge? */
export class TrainingSetById extends Query<TrainingSetView | undefined> {
  constructor(readonly trainingSetId: string) {
    super();
  }
}

/** What was known of whom, and what came of them? */
export class TrainingRowsPage extends Query<ListPage<TrainingRow>> {
  constructor(
    readonly trainingSetId: string,
    readonly query: Readonly<Record<string, unknown>>,
  ) {
    super();
  }
}

@QueryHandler(TrainingSetById)
export class TrainingSetByIdHandler implements IQueryHandler<TrainingSetById> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ trainingSetId }: TrainingSetById): Promise<TrainingSetView | undefined> {
    const { state } = await this.context.store.read(trainingSetAggregate, trainingSetId);
    if (state.status === 'new') return undefined;
    const seen = { ...state.request, status: state.status };
    switch (state.status) {
      case 'running':
        return { ...seen, progress: { done: 0, total: 1 } };
      case 'failed':
        return { ...seen, progress: { done: 0, total: 1 }, problem: problem(state.code) };
      case 'done': {
        const { basis, knownAt, customers, positives, factsUsed, factsLate } = state.built;
        const classes = { positives, negatives: customers - positives };
        const basisAsked = state.request.basis !== undefined;
        const warnings = basisWarnings({ basis, basisAsked, factsUsed, factsLate });
        const counts = { customers, classes, factsUsed, factsLate, warnings };
        return { ...seen, basis, knownAt, ...counts, progress: { done: customers, total: customers } };
      }
    }
  }
}

@QueryHandler(TrainingRowsPage)
export class TrainingRowsPageHandler implements IQueryHandler<TrainingRowsPage> {
  constructor(private readonly context: ServiceContext) {}

  execute({ trainingSetId, query }: TrainingRowsPage): Promise<ListPage<TrainingRow>> {
    return listPage(this.context.pool, {
      spec: TRAINING_ROW_LIST,
      query,
      from: 'app.training_row r',
      select: 'r.party_id AS "partyId", r.features, r.outcome',
      where: { text: 'r.training_set_id = $1::uuid', values: [trainingSetId] },
      map: ({ partyId, features, outcome }) => ({ partyId, features, outcome }) as TrainingRow,
    });
  }
}
