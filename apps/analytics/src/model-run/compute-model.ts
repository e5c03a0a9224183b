import { ModelDataError, type ModelDataErrorCode } from '@crm/customer-models';
import type { ModelInputs, UsedRun } from './model-inputs.js';
import { TooMuchFound, type Holdout, type ModelParameters, type ScoringModel, type Scoring } from './model.js';
import { modelNamed } from './models.js';

/** A run's work, as it is handed to a thread: plain data. */
export interface Computation {
  readonly model: string;
  readonly inputs: ModelInputs;
  readonly parameters: ModelParameters;
}

/** Runs to be held against what came after them. */
export interface Measuring {
  readonly model: string;
  readonly fits: readonly UsedRun['fit'][];
  readonly holdout: Holdout;
}

export type Work = { readonly score: Computation } | { readonly measure: Measuring };
export type Measures = Readonly<Record<string, number>>;
export type Done = { readonly scoring: Scoring } | { readonly measures: readonly Measures[] };

/** Why there is no result: a problem of the run. */
export interface Fault {
  readonly code: ModelDataErrorCode | TooMuchFound['code'];
  readonly message: string;
}

/** What comes back. The class of an error does not cross threads, so what the data cannot carry is said by its code. */
export type Computed = Done | { readonly fault: Fault };

/** Does the work in this thread. */
export async function compute(work: Work): Promise<Computed> {
  try {
    return 'score' in work ? await scoringOf(work.score) : measuresOf(work.measure);
  } catch (error) {
    if (!(error instanceof ModelDataError || error instanceof TooMuchFound)) throw error;
    return { fault: { code: error.code, message: error.message } };
  }
}

async function scoringOf(computation: Computation): Promise<Done> {
  const { model, inputs, parameters } = computation;
  const { toDraw, ...scoring } = named(model).score(inputs, parameters);
  // Loaded where it is used, so that a service that computes in threads never holds it.
  const { plotsOf } = await import('./run-plots.js');
  try {
    return { scoring: { ...scoring, plots: await plotsOf({ ...computation, ...scoring, toDraw }) } };
  } catch (error) {
    // A run is worth more than its pictures.
    const message = `the plots could not be drawn: ${String(error)}`;
    return { scoring: { ...scoring, warnings: [...scoring.warnings, { code: 'not-drawn', message }] } };
  }
}

function measuresOf({ model, fits, holdout }: Measuring): Done {
  const { foretells } = named(model);
  if (foretells === undefined) throw new Error(`model ${model} foretells nothing`);
  return { measures: fits.map((fit) => foretells.measure(fit, holdout)) };
}

function named(name: string): ScoringModel {
  const model = modelNamed(name);
  if (model === undefined) throw new Error(`there is no model ${name}`);
  return model;
}
