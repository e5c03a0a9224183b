import { Rejected } from '@crm/event-sourcing';
import {
  CommandHeaders,
  CommandRequest,
  created,
  Describe,
  ReadModels,
  Scope,
  type Answer,
  type ListPage,
} from '@crm/platform';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { modelNamed } from '../model-run/models.js';
import { PromoteModelRun, PromoteModelRunBody } from './commands/promote-model-run.js';
import { ModelPromotionsPage, PROMOTION_LIST, type PromotionItem } from './model-promotions.query.js';

const promotionSchema = Type.Object({
  number: Type.Integer(),
  runId: Type.String({ format: 'uuid' }),
  modelVersion: Type.String(),
  promotedAt: Type.String({ format: 'date-time' }),
  promotedBy: Type.String(),
  reason: Type.Union([Type.String(), Type.Null()]),
});

@Controller('v1/models/:model/promotions')
export class ModelPromotionController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Scope('models:promote')
  @Describe({ summary: 'Make the version of a run the one whose scores hold' })
  async promote(
    @Param('model') model: string,
    @Body() body: PromoteModelRunBody,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    return created(await this.commands.execute(new PromoteModelRun(model, body, request)));
  }

  @Get()
  @Scope('models:read')
  @ReadModels('model-champions')
  @Describe({ summary: 'Who made which run the champion of a model', list: PROMOTION_LIST, response: promotionSchema })
  list(@Param('model') model: string, @Query() query: Record<string, unknown>): Promise<ListPage<PromotionItem>> {
    if (modelNamed(model) === undefined) throw new Rejected('not-found', 'There is no such model', { status: 404 });
    return this.queries.execute(new ModelPromotionsPage(model, query));
  }
}
