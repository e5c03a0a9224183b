import { Rejected } from '@crm/event-sourcing';
import {
  accepted,
  CommandHeaders,
  CommandRequest,
  Describe,
  ParseId,
  ReadModels,
  Scope,
  type Answer,
  type ListPage,
} from '@crm/platform';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import type { TrainingRow } from '../model-run/model-inputs.js';
import { RequestTrainingSet, RequestTrainingSetBody } from './commands/request-training-set.js';
import { oneOf } from '../one-of.js';
import { KNOWLEDGE_BASES } from './training-set.events.js';
import { TRAINING_SET_LIST, TrainingSetsPage, type TrainingSetItem } from './training-sets.query.js';
import { TRAINING_ROW_LIST, TrainingRowsPage, TrainingSetById, type TrainingSetView } from './training-set.query.js';

const id = Type.String({ format: 'uuid' });
const instant = Type.String({ format: 'date-time' });
const setSchema = Type.Object({
  ...{ trainingSetId: id, predictAt: instant, horizonDays: Type.Integer() },
  ...{ outcome: oneOf(['churned', 'purchased']), features: Type.Array(Type.String()) },
  status: oneOf(['running', 'done', 'failed']),
  progress: Type.Object({ done: Type.Integer(), total: Type.Integer() }),
  basis: Type.Optional(oneOf(KNOWLEDGE_BASES)),
  knownAt: Type.Optional(Type.Union([instant, Type.Null()])),
  customers: Type.Optional(Type.Integer()),
  classes: Type.Optional(Type.Object({ positives: Type.Integer(), negatives: Type.Integer() })),
  factsUsed: Type.Optional(Type.Integer()),
  factsLate: Type.Optional(Type.Integer()),
  warnings: Type.Optional(Type.Array(Type.Object({ code: Type.String(), message: Type.String() }))),
  problem: Type.Optional(Type.Unknown()),
});
const itemSchema = Type.Object({
  ...{ trainingSetId: id, predictAt: instant, horizonDays: Type.Integer() },
  ...{ outcome: oneOf(['churned', 'purchased']), features: Type.Array(Type.String()), requestedAt: instant },
  status: oneOf(['running', 'done', 'failed']),
  basis: Type.Union([oneOf(KNOWLEDGE_BASES), Type.Null()]),
  customers: Type.Union([Type.Integer(), Type.Null()]),
});
const rowSchema = Type.Object({
  partyId: id,
  features: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()])),
  outcome: Type.Boolean(),
});

@Controller('v1/training-sets')
export class TrainingSetController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Scope('models:run')
  @Describe({ summary: 'Build a set to train a model on from what was known at a time', status: 202 })
  async request(@Body() body: RequestTrainingSetBody, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    const trainingSetId = request.idFor(body.trainingSetId);
    const committed = await this.commands.execute(new RequestTrainingSet(trainingSetId, body, request));
    return accepted(committed, `/v1/training-sets/${trainingSetId}`);
  }

  @Get()
  @Scope('models:read')
  @ReadModels('training-sets')
  @Describe({ summary: 'The training sets, the newest first', list: TRAINING_SET_LIST, response: itemSchema })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<TrainingSetItem>> {
    return this.queries.execute(new TrainingSetsPage(query));
  }

  @Get(':trainingSetId')
  @Scope('models:read')
  @Describe({ summary: 'A training set', response: setSchema })
  get(@Param('trainingSetId', ParseId) trainingSetId: string): Promise<TrainingSetView> {
    return this.setOf(trainingSetId);
  }

  @Get(':trainingSetId/rows')
  @Scope('models:read')
  @Describe({ summary: 'The customers of a training set', list: TRAINING_ROW_LIST, response: rowSchema })
  async rows(
    @Param('trainingSetId', ParseId) trainingSetId: string,
    @Query() query: Record<string, unknown>,
  ): Promise<ListPage<TrainingRow>> {
    await this.setOf(trainingSetId);
    return this.queries.execute(new TrainingRowsPage(trainingSetId, query));
  }

  private async setOf(trainingSetId: string): Promise<TrainingSetView> {
    const set = await this.queries.execute(new TrainingSetById(trainingSetId));
    if (set === undefined) throw new Rejected('not-found', 'There is no such training set', { status: 404 });
    return set;
  }
}
