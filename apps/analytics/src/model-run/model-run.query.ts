import type { Json } from '@crm/event-sourcing';
import { problem, ServiceContext, type Problem } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { runsAt, runsNamed } from '../customer-score/score-runs.js';
import { modelRunAggregate } from './model-run.js';
import type { Report, RunWarning } from './model.js';
import { MODELS } from './models.js';
import { plotOf, reportOf } from './run-report.js';

export interface ModelRunView {
  readonly runId: string;
  readonly model: string;
  readonly asOf: string;
  readonly status: 'running' | 'done' | 'failed';
  readonly progress: { readonly done: number; readonly total: number };
  readonly parameters: Readonly<Record<string, Json>>;
  readonly modelVersion?: string;
  readonly fit?: Readonly<Record<string, Json>>;
  readonly customers?: number;
  readonly changed?: number;
  readonly report?: Report;
  readonly warnings?: readonly RunWarning[];
  readonly plots?: readonly { readonly name: string; readonly href: string }[];
  readonly problem?: Problem;
}

export interface ModelView {
  readonly model: string;
  readonly modelVersion: string;
  readonly values: Readonly<Record<string, string>>;
  readonly latestRun: { readonly runId: string; readonly asOf: string; readonly customers: number } | null;
}

/** What did a run of a model find? */
export class ModelRunById extends Query<ModelRunView | undefined> {
  constructor(
    readonly model: string,
    readonly runId: string,
  ) {
    super();
  }
}

/** What does a plot of a run look like? SVG. */
export class PlotOfRun extends Query<string | undefined> {
  constructor(
    readonly model: string,
    readonly runId: string,
    readonly name: string,
  ) {
    super();
  }
}

/** Which models are there, and when did each run last? */
export class ModelList extends Query<readonly ModelView[]> {}

@QueryHandler(ModelRunById)
export class ModelRunByIdHandler implements IQueryHandler<ModelRunById> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ model, runId }: ModelRunById): Promise<ModelRunView | undefined> {
    const { state } = await this.context.store.read(modelRunAggregate, runId);
    if (state.status === 'new' || state.request.model !== model) return undefined;
    const seen = { ...state.request, status: state.status };
    switch (state.status) {
      case 'running':
        return { ...seen, progress: { done: 0, total: 1 } };
      case 'failed':
        return { ...seen, progress: { done: 0, total: 1 }, problem: problem(state.code) };
      case 'done': {
        const { fit, customers, changed } = state.outcome;
        const [kept] = await runsNamed(this.context.pool, [runId]);
        const modelVersion = kept?.modelVersion ?? state.outcome.modelVersion;
        const { plots, ...found } = await reportOf(this.context.pool, runId);
        const links = plots.map((name) => ({ name, href: `/v1/models/${model}/runs/${runId}/plots/${name}` }));
        const progress = { done: Math.max(customers, 1), total: Math.max(customers, 1) };
        return { ...seen, modelVersion, fit, customers, changed, ...found, plots: links, progress };
      }
    }
  }
}

@QueryHandler(PlotOfRun)
export class PlotOfRunHandler implements IQueryHandler<PlotOfRun> {
  constructor(private readonly context: ServiceContext) {}

  execute(plot: PlotOfRun): Promise<string | undefined> {
    return plotOf(this.context.pool, plot);
  }
}

@QueryHandler(ModelList)
export class ModelListHandler implements IQueryHandler<ModelList> {
  constructor(private readonly context: ServiceContext) {}

  async execute(): Promise<readonly ModelView[]> {
    const runs = new Map((await runsAt(this.context.pool, {})).map((run) => [run.model, run]));
    return MODELS.map(({ name, version, values }) => {
      const run = runs.get(name);
      const latestRun = run === undefined ? null : { runId: run.runId, asOf: run.asOf, customers: run.customers };
      return { model: name, modelVersion: version, values, latestRun };
    });
  }
}
