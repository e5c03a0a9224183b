import type pg from 'pg';
import type { Report, RunWarning, Scoring } from './model.js';

const CHUNK = 5_000;

const ADD_REPORT = `INSERT INTO app.model_report (run_id, report, warnings) VALUES ($1, $2, $3)`;
const ADD_ROWS = `INSERT INTO app.model_row (run_id, number, found)
  SELECT $1, $2 + f.number, f.found::jsonb FROM unnest($3::text[]) WITH ORDINALITY AS f(found, number)`;
const ADD_PLOTS = `INSERT INTO app.model_plot (run_id, name, number, svg)
  SELECT $1, p.name, p.number, p.svg FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS p(name, svg, number)`;
const REPORT = `SELECT report, warnings, ARRAY(SELECT p.name FROM app.model_plot p WHERE p.run_id = $1 ORDER BY p.number) AS plots
  FROM app.model_report WHERE run_id = $1`;
const PLOT = `SELECT p.svg FROM app.model_plot p JOIN app.model_run r USING (run_id)
  WHERE p.run_id = $1 AND r.model = $2 AND p.name = $3`;

/** Writes what a run found beside scores, in the transaction of its scores. */
export async function keepReport(tx: pg.ClientBase, runId: string, scoring: Omit<Scoring, 'scores'>): Promise<void> {
  const { report, warnings, rows = [], plots = [] } = scoring;
  await tx.query(ADD_REPORT, [runId, JSON.stringify(report), JSON.stringify(warnings)]);
  await tx.query(ADD_PLOTS, [runId, plots.map(({ name }) => name), plots.map(({ svg }) => svg)]);
  for (let from = 0; from < rows.length; from += CHUNK)
    await tx.query(ADD_ROWS, [runId, from, rows.slice(from, from + CHUNK).map((row) => JSON.stringify(row))]);
}

export interface RunReport {
  readonly report: Report;
  readonly warnings: readonly RunWarning[];
  /** Names of plots. */
  readonly plots: readonly string[];
}

/** What a run found beside scores; runs from before there were reports have an empty one. */
export async function reportOf(pool: pg.Pool, runId: string): Promise<RunReport> {
  const { rows } = await pool.query<RunReport>(REPORT, [runId]);
  return rows[0] ?? { report: {}, warnings: [], plots: [] };
}

/** A plot as SVG; nothing when the run of that model has none of that name. */
export async function plotOf(
  pool: pg.Pool,
  { model, runId, name }: { readonly model: string; readonly runId: string; readonly name: string },
): Promise<string | undefined> {
  return (await pool.query<{ svg: string }>(PLOT, [runId, model, name])).rows[0]?.svg;
}
