import type { FeedEvent, Projection } from '@crm/messaging';
import type { TrainingSetEvent } from './training-set.events.js';

type Any = FeedEvent<TrainingSetEvent>;

const ADD = `INSERT INTO training_set (training_set_id, predict_at, horizon_days, outcome, features, requested_at, status)
  SELECT training_set_id, predict_at, horizon_days, outcome, features::jsonb, requested_at, 'running'
  FROM unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::text[], $5::text[], $6::timestamptz[])
    AS s(training_set_id, predict_at, horizon_days, outcome, features, requested_at)
  ON CONFLICT DO NOTHING`;
const BUILT = `UPDATE training_set s SET status = 'done', basis = b.basis, customers = b.customers
  FROM unnest($1::uuid[], $2::text[], $3::int[]) AS b(training_set_id, basis, customers)
  WHERE s.training_set_id = b.training_set_id`;
const FAILED = `UPDATE training_set SET status = 'failed' WHERE training_set_id = ANY($1::uuid[])`;

/** Which training sets are there? */
export const trainingSetsProjection: Projection<TrainingSetEvent> = {
  name: 'training-sets',
  version: 1,
  sources: [{ service: 'analytics', types: ['TrainingSetRequested', 'TrainingSetBuilt', 'TrainingSetFailed'] }],
  tables: ['training_set'],
  async apply(tx, events) {
    const requested = ofType(events, 'TrainingSetRequested');
    await tx.query(ADD, [
      requested.map(({ data }) => data.trainingSetId),
      requested.map(({ data }) => data.predictAt),
      requested.map(({ data }) => data.horizonDays),
      requested.map(({ data }) => data.outcome),
      requested.map(({ data }) => JSON.stringify(data.features)),
      requested.map(({ recordedAt }) => recordedAt),
    ]);
    const built = ofType(events, 'TrainingSetBuilt');
    await tx.query(BUILT, [
      built.map(({ data }) => data.trainingSetId),
      built.map(({ data }) => data.basis),
      built.map(({ data }) => data.customers),
    ]);
    const failed = ofType(events, 'TrainingSetFailed');
    await tx.query(FAILED, [failed.map(({ data }) => data.trainingSetId)]);
  },
};

function ofType<Type extends Any['type']>(events: readonly Any[], type: Type): readonly Extract<Any, { type: Type }>[] {
  return events.filter((event): event is Extract<Any, { type: Type }> => event.type === type);
}
