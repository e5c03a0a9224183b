import type { Json } from '@crm/event-sourcing';
import type pg from 'pg';
import { MODELS } from '../model-run/models.js';
import type { Moments } from '../moment-query.js';

/** A run that is complete: all of its scores are there. */
export interface ScoreRun {
  readonly runId: string;
  readonly model: string;
  readonly modelVersion: string;
  readonly asOf: string;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly fit: Readonly<Record<string, Json>>;
  readonly customers: number;
  readonly changed: number;
}

const COLUMNS = `r.run_id AS "runId", r.model, r.model_version AS "modelVersion", r.as_of AS "asOf", r.parameters, r.fit, r.customers, r.changed`;
const ORDER = 'ORDER BY x.as_of DESC, x.completed_at DESC, x.run_id DESC LIMIT 1';
const newestOf = (condition: string): string => `(SELECT x.run_id FROM app.model_run x WHERE ${condition}
    AND ($1::timestamptz IS NULL OR x.as_of <= $1) AND ($2::timestamptz IS NULL OR x.completed_at <= $2)
    AND ($4::uuid IS NULL OR x.run_id <> $4) ${ORDER})`;
// A person's choice of a version goes before what is newer; where there is no run of that version yet, the newest of any holds.
// Asked for at every tick and every read, so it looks up one entry of an index for each model and reads no other run.
const HOLDING = `SELECT r.* FROM unnest($3::text[]) AS m(model)
  LEFT JOIN LATERAL (
    SELECT p.model_version FROM model_champion c JOIN app.model_run p USING (run_id)
    WHERE c.model = m.model AND ($2::timestamptz IS NULL OR c.promoted_at <= $2) ORDER BY c.number DESC LIMIT 1
  ) c ON true
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM app.model_run r
    WHERE r.run_id = coalesce(${newestOf('x.model = m.model AND x.model_version = c.model_version')}, ${newestOf('x.model = m.model')}) LIMIT 1
  ) r ORDER BY r.model`;
const OF_VERSION = `SELECT ${COLUMNS} FROM app.model_run r JOIN app.model_run p USING (model, model_version)
  WHERE p.run_id = $1 ORDER BY r.as_of DESC, r.completed_at DESC, r.run_id DESC LIMIT 1`;
const NAMED = `SELECT ${COLUMNS} FROM app.model_run r WHERE r.run_id = ANY($1::uuid[]) ORDER BY r.model`;

/** Of each model the run that holds at a time: the latest, of the champion's version where one was promoted. */
export async function runsAt(on: pg.Pool | pg.ClientBase, { asOf, knownAt }: Moments): Promise<readonly ScoreRun[]> {
  const models = MODELS.map(({ name }) => name);
  return (await on.query<ScoreRun>(HOLDING, [asOf ?? null, knownAt ?? null, models, null])).rows;
}

/** The run of one model that holds at a time; with `besides`, the one that would if that run were not there. */
export async function runHolding(
  on: pg.Pool | pg.ClientBase,
  { model, asOf, knownAt, besides }: Moments & { readonly model: string; readonly besides?: string },
): Promise<ScoreRun | undefined> {
  return (await on.query<ScoreRun>(HOLDING, [asOf ?? null, knownAt ?? null, [model], besides ?? null])).rows[0];
}

/** The newest run of the version that a run is of. */
export async function newestOfVersion(on: pg.Pool | pg.ClientBase, runId: string): Promise<ScoreRun | undefined> {
  return (await on.query<ScoreRun>(OF_VERSION, [runId])).rows[0];
}

export async function runsNamed(on: pg.Pool | pg.ClientBase, runIds: readonly string[]): Promise<readonly ScoreRun[]> {
  return (await on.query<ScoreRun>(NAMED, [runIds])).rows;
}
