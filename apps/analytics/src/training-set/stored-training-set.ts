import type pg from 'pg';
import type { TrainingRow } from '../model-run/model-inputs.js';
import type { Knowledge } from './training-rows.js';
import type { TrainingSetBuilt, TrainingSetRequested } from './training-set.events.js';

const CHUNK = 5_000;

const ADD_SET = `INSERT INTO app.training_set
    (training_set_id, predict_at, horizon_days, outcome, features, basis, known_at, customers, positives, facts_used, facts_late, basis_asked)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`;
const ADD_ROWS = `INSERT INTO app.training_row (training_set_id, party_id, features, outcome)
  SELECT $1, r.party_id, r.features::jsonb, r.outcome
  FROM unnest($2::uuid[], $3::text[], $4::boolean[]) AS r(party_id, features, outcome) ORDER BY r.party_id`;
const BUILT = `SELECT basis, known_at AS "knownAt", customers, positives, facts_used::float8 AS "factsUsed", facts_late::float8 AS "factsLate"
  FROM app.training_set WHERE training_set_id = $1`;
const STORED = `SELECT training_set_id AS "trainingSetId", predict_at AS "predictAt", horizon_days AS "horizonDays", outcome, features, basis,
    basis_asked AS "basisAsked", facts_used::float8 AS "factsUsed", facts_late::float8 AS "factsLate"
  FROM app.training_set WHERE training_set_id = $1`;
const ROWS = `SELECT party_id AS "partyId", features, outcome FROM app.training_row WHERE training_set_id = $1 ORDER BY party_id`;

export type BuiltTrainingSet = Omit<TrainingSetBuilt['data'], 'trainingSetId'>;

/** A training set with its rows, as it was built. */
export interface StoredTrainingSet
  extends
    Pick<TrainingSetRequested['data'], 'trainingSetId' | 'predictAt' | 'horizonDays' | 'outcome' | 'features'>,
    Omit<Knowledge, 'knownAt'> {
  readonly rows: readonly TrainingRow[];
}

/** Writes a set with all of its rows; does nothing when another delivery of the job has written them. */
export async function keepTrainingSet(
  tx: pg.ClientBase,
  { trainingSetId, predictAt, horizonDays, outcome, features }: TrainingSetRequested['data'],
  { knowledge, rows }: { readonly knowledge: Knowledge; readonly rows: readonly TrainingRow[] },
): Promise<void> {
  const positives = rows.filter((row) => row.outcome).length;
  const { basis, basisAsked, knownAt, factsUsed, factsLate } = knowledge;
  const asked = [trainingSetId, predictAt, horizonDays, outcome, features];
  const about = [...asked, basis, knownAt, rows.length, positives, factsUsed, factsLate, basisAsked];
  if ((await tx.query(ADD_SET, about)).rowCount === 0) return;
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = rows.slice(from, from + CHUNK);
    await tx.query(ADD_ROWS, [
      trainingSetId,
      chunk.map(({ partyId }) => partyId),
      chunk.map((row) => JSON.stringify(row.features)),
      chunk.map((row) => row.outcome),
    ]);
  }
}

/** What a set holds; nothing when it was not built. */
export async function builtTrainingSet(
  on: pg.Pool | pg.ClientBase,
  trainingSetId: string,
): Promise<BuiltTrainingSet | undefined> {
  return (await on.query<BuiltTrainingSet>(BUILT, [trainingSetId])).rows[0];
}

/** A set with its rows; nothing when it was not built. */
export async function storedTrainingSet(
  on: pg.Pool | pg.ClientBase,
  trainingSetId: string,
): Promise<StoredTrainingSet | undefined> {
  const [set] = (await on.query<Omit<StoredTrainingSet, 'rows'>>(STORED, [trainingSetId])).rows;
  if (set === undefined) return undefined;
  return { ...set, rows: (await on.query<TrainingRow>(ROWS, [trainingSetId])).rows };
}
