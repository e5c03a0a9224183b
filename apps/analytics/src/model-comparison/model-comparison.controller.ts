import { isId, Rejected } from '@crm/event-sourcing';
import { Describe, Scope } from '@crm/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { modelNamed } from '../model-run/models.js';
import { oneOf } from '../one-of.js';
import { KNOWLEDGE_BASES } from '../training-set/training-set.events.js';
import { CompareModelRuns, type ModelComparison } from './model-comparison.query.js';

const instant = Type.String({ format: 'date-time' });
const runSchema = Type.Object({
  ...{ runId: Type.String({ format: 'uuid' }), modelVersion: Type.String(), asOf: instant },
  measures: Type.Record(Type.String(), Type.Number()),
});
const comparisonSchema = Type.Object({
  model: Type.String(),
  holdout: Type.Object({
    from: instant,
    until: instant,
    days: Type.Integer(),
    basis: oneOf(KNOWLEDGE_BASES),
    customers: Type.Integer(),
  }),
  champion: runSchema,
  challenger: runSchema,
  by: Type.String(),
  better: oneOf(['champion', 'challenger', 'neither']),
  comparedAt: instant,
});

@Controller('v1/models/:model/comparison')
export class ModelComparisonController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Scope('models:read')
  @Describe({
    summary: 'Which of two runs foretold better what came after both',
    query: { champion: 'a run; default: the one that holds', challenger: 'the run that it is compared with' },
    response: comparisonSchema,
  })
  compare(
    @Param('model') name: string,
    @Query('champion') champion: unknown,
    @Query('challenger') challenger: unknown,
  ): Promise<ModelComparison> {
    const model = modelNamed(name);
    if (model === undefined) throw new Rejected('not-found', 'There is no such model', { status: 404 });
    if (challenger === undefined) throw badRun('challenger', 'required');
    const first = champion === undefined ? undefined : idOf('champion', champion);
    return this.queries.execute(new CompareModelRuns(model, first, idOf('challenger', challenger)));
  }
}

function idOf(name: string, value: unknown): string {
  if (typeof value !== 'string' || !isId(value)) throw badRun(name, 'wrong-format');
  return value;
}

function badRun(name: string, code: 'required' | 'wrong-format'): Rejected {
  const errors = [{ pointer: `/${name}`, code, detail: 'The id of a run' }];
  return new Rejected('validation-failed', `${name} is the id of a run`, { status: 400, errors });
}
