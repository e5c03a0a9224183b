import { ModelDataError } from '@crm/customer-models';
import { Rejected } from '@crm/event-sourcing';
import { ServiceContext } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { runHolding, runsNamed, type ScoreRun } from '../customer-score/score-runs.js';
import { measureApart } from '../model-run/compute-apart.js';
import type { Measures } from '../model-run/compute-model.js';
import type { Foretelling, Report, ScoringModel } from '../model-run/model.js';
import { keepComparison, keptComparison } from './kept-comparisons.js';
import { holdoutAfter, type HoldoutPeriod } from './holdout-after.js';

const MS_PER_DAY = 86_400_000;

export interface ComparedRun {
  readonly runId: string;
  readonly modelVersion: string;
  readonly asOf: string;
  readonly measures: Measures;
}

export interface ModelComparison {
  readonly model: string;
  readonly holdout: HoldoutPeriod & { readonly customers: number };
  readonly champion: ComparedRun;
  readonly challenger: ComparedRun;
  /** The measure that decides. */
  readonly by: string;
  readonly better: 'champion' | 'challenger' | 'neither';
  readonly comparedAt: string;
}

/** Which of two runs foretold better what came after both? Without a champion it is the run that holds. */
export class CompareModelRuns extends Query<ModelComparison> {
  constructor(
    readonly model: ScoringModel,
    readonly champion: string | undefined,
    readonly challenger: string,
  ) {
    super();
  }
}

@QueryHandler(CompareModelRuns)
export class CompareModelRunsHandler implements IQueryHandler<CompareModelRuns> {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly context: ServiceContext) {}

  async execute({ model, champion, challenger }: CompareModelRuns): Promise<ModelComparison> {
    const { foretells } = model;
    if (foretells === undefined)
      throw new Rejected('model-not-comparable', 'This model foretells nothing that could be looked up');
    const [first, second] = [await this.runOf(model.name, champion), await this.runOf(model.name, challenger)];
    const period = periodAfter(foretells, [first, second], this.context.clock());
    const pair = { champion: first.runId, challenger: second.runId, now: this.context.clock() };
    const kept = (): Promise<ModelComparison | undefined> => keptComparison(this.context.pool, pair);
    const compared = async (): Promise<ModelComparison> =>
      (await kept()) ?? (await this.compare(model, [first, second], { foretells, period }));
    return (await kept()) ?? (await this.afterOthers(compared));
  }

  /** Reading all histories and measuring them is much for a request: no two at a time. */
  private afterOthers<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async compare(
    model: ScoringModel,
    [first, second]: readonly [ScoreRun, ScoreRun],
    { foretells, period }: { readonly foretells: Foretelling; readonly period: HoldoutPeriod },
  ): Promise<ModelComparison> {
    const features = [...new Set([first, second].flatMap(featuresOf))];
    const holdout = await holdoutAfter(this.context.pool, period, { kind: foretells.holdout, features });
    const fits = [first.fit, second.fit];
    const [ofFirst = {}, ofSecond = {}] = await measureApart({ model: model.name, fits, holdout }).catch(notMeasurable);
    const seen = ({ runId, modelVersion, asOf }: ScoreRun, measures: Measures): ComparedRun => ({
      ...{ runId, modelVersion, asOf, measures },
    });
    const comparison: ModelComparison = {
      model: model.name,
      holdout: { ...period, customers: holdout.purchases.length + holdout.outcomes.length },
      champion: seen(first, ofFirst),
      challenger: seen(second, ofSecond),
      by: foretells.by.measure,
      better: betterOf(foretells, ofFirst, ofSecond),
      comparedAt: new Date(this.context.clock()).toISOString(),
    };
    await keepComparison(this.context.pool, comparison);
    return comparison;
  }

  private async runOf(model: string, runId: string | undefined): Promise<ScoreRun> {
    const { pool } = this.context;
    const run = runId === undefined ? await runHolding(pool, { model }) : (await runsNamed(pool, [runId]))[0];
    if (run?.model !== model) throw new Rejected('not-found', 'There is no such run of this model', { status: 404 });
    return run;
  }
}

/** From the later of both runs on, for as long as both foretell; it has to be over. */
function periodAfter(foretells: Foretelling, runs: readonly ScoreRun[], now: number): HoldoutPeriod {
  const from = runs.map(({ asOf }) => asOf).reduce((a, b) => (a > b ? a : b));
  const days = Math.min(...runs.map((run) => foretells.daysOf(run)));
  const until = new Date(Date.parse(from) + days * MS_PER_DAY).toISOString();
  if (foretells.holdout === 'outcomes' && runs.some((run) => foretells.daysOf(run) !== days))
    throw new Rejected('runs-not-comparable', 'The runs foretell horizons of different lengths');
  if (days < 1 || Date.parse(until) > now)
    throw new Rejected('holdout-not-over', 'The time that both runs foretell is not over yet');
  return { from, until, days, basis: basisOf(runs) };
}

/** Where facts arrive as they happen, they do so for both runs: neither may be measured on what came to be known later. */
function basisOf(runs: readonly ScoreRun[]): HoldoutPeriod['basis'] {
  const byRecord = runs.some(({ fit }) => (fit['origin'] as Report | undefined)?.['basis'] === 'recorded-time');
  return byRecord ? 'recorded-time' : 'valid-time';
}

/** The features that a run was trained on, of a model that is trained. */
function featuresOf({ fit }: ScoreRun): readonly string[] {
  const encoding = fit['encoding'] as { readonly features: readonly { readonly name: string }[] } | undefined;
  return encoding?.features.map(({ name }) => name) ?? [];
}

function betterOf({ by }: Foretelling, champion: Measures, challenger: Measures): ModelComparison['better'] {
  const sign = by.better === 'larger' ? 1 : -1;
  const lead = sign * ((challenger[by.measure] ?? NaN) - (champion[by.measure] ?? NaN));
  if (lead > 0) return 'challenger';
  return lead < 0 ? 'champion' : 'neither';
}

function notMeasurable(error: unknown): never {
  if (error instanceof ModelDataError)
    throw new Rejected(error.code, 'What came after the runs tells nothing about them');
  throw error;
}
