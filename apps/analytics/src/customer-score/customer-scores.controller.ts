import { isId, Rejected } from '@crm/event-sourcing';
import { Describe, ReadModels, Scope, type ListPage } from '@crm/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { modelNamed, MODELS } from '../model-run/models.js';
import { MOMENT_PARAMETERS, momentsOf } from '../moment-query.js';
import { CustomerScoresPage, ScoresOfCustomer, type ScoreItem } from './customer-scores.query.js';

const NAMES = MODELS.map(({ name }) => name).join(', ');
const values = Type.Record(Type.String(), Type.Unknown());
const scoreSchema = Type.Object({
  partyId: Type.String({ format: 'uuid' }),
  model: Type.String(),
  modelVersion: Type.String(),
  runId: Type.String({ format: 'uuid' }),
  asOf: Type.String({ format: 'date-time' }),
  values,
  reasons: values,
});
const scoresSchema = Type.Object({ items: Type.Array(scoreSchema), next: Type.Null() });
const LIST_PARAMETERS = {
  model: `the model: ${NAMES}`,
  filter: 'over partyId and the values of the model, e.g. segment[eq]:Lost',
  order: 'the values of the model, e.g. -pAlive',
  limit: '1 to 200, default 50',
  after: 'cursor: `next` of the page before',
  count: 'true adds the total',
};

@Controller('v1/customers')
export class CustomerScoresController {
  constructor(private readonly queries: QueryBus) {}

  @Get('scores')
  @Scope('scores:read')
  @ReadModels('warehouse')
  @Describe({
    summary: 'Scores of customers by one model; those of the present follow the features where the model can',
    query: { ...LIST_PARAMETERS, ...MOMENT_PARAMETERS },
    response: scoresSchema,
  })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<ScoreItem>> {
    const name = query['model'];
    const model = typeof name === 'string' ? modelNamed(name) : undefined;
    if (model === undefined) {
      const errors = [{ pointer: '/model', code: name === undefined ? 'required' : 'not-allowed', detail: NAMES }];
      throw new Rejected('validation-failed', `model is one of ${NAMES}`, { status: 400, errors });
    }
    return this.queries.execute(new CustomerScoresPage(model, query, momentsOf(query)));
  }

  @Get(':partyId/scores')
  @Scope('scores:read')
  @ReadModels('warehouse')
  @Describe({ summary: 'Scores of a customer, one of each model', query: MOMENT_PARAMETERS, response: scoresSchema })
  async get(
    @Param('partyId') partyId: string,
    @Query() query: Record<string, unknown>,
  ): Promise<{ readonly items: readonly ScoreItem[]; readonly next: null }> {
    const moments = momentsOf(query);
    if (!isId(partyId)) throw new Rejected('not-found', 'A customer is named by an id', { status: 404 });
    return { items: await this.queries.execute(new ScoresOfCustomer(partyId, moments)), next: null };
  }
}
