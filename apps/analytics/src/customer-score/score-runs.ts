import type { Json } from '@crm/event-sourcing';
import type pg from 'pg';
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

const COLUMNS = `run_id AS "runId", model, model_version AS "modelVersion", as_of AS "asOf", parameters, fit, customers, changed`;
const LATEST = `SELECT DISTINCT ON (model) ${COLUMNS} FROM app.model_run
  WHERE ($1::timestamptz IS NULL OR as_of <= $1) AND ($2::timestamptz IS NULL OR completed_at <= $2)
  ORDER BY model, as_of DESC, completed_at DESC, run_id DESC`;
const NAMED = `SELECT ${COLUMNS} FROM app.model_run WHERE run_id = ANY($1::uuid[]) ORDER BY model`;

/** Of each model the latest run at a time: the scores that hold then. */
export async function runsAt(on: pg.Pool | pg.ClientBase, { asOf, knownAt }: Moments): Promise<readonly ScoreRun[]> {
  return (await on.query<ScoreRun>(LATEST, [asOf ?? null, knownAt ?? null])).rows;
}

export async function runsNamed(on: pg.Pool | pg.ClientBase, runIds: readonly string[]): Promise<readonly ScoreRun[]> {
  return (await on.query<ScoreRun>(NAMED, [runIds])).rows;
}
