import { isId, Rejected } from '@crm/event-sourcing';
import { Describe, Scope, type ListPage } from '@crm/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Type, type TObject } from '@sinclair/typebox';
import { associationModel } from '../model-run/association-model.js';
import { channelModel } from '../model-run/channel-model.js';
import type { ScoringModel } from '../model-run/model.js';
import { productModel } from '../model-run/product-model.js';
import { MOMENT_PARAMETERS, momentsOf } from '../moment-query.js';
import { findingList, ModelFindingsPage, type FindingItem } from './model-findings.query.js';

const FIELDS = { number: Type.Number(), text: Type.String(), timestamp: Type.String({ format: 'date-time' }) };
const QUERY = { runId: 'a run; default: the one that holds', asOf: MOMENT_PARAMETERS.asOf };

/** A field may be missing, e.g. the lift of a channel without campaigns. */
const schemaOf = ({ rows = {} }: ScoringModel): TObject =>
  Type.Object({
    runId: Type.String({ format: 'uuid' }),
    number: Type.Integer(),
    ...Object.fromEntries(Object.entries(rows).map(([name, type]) => [name, Type.Optional(FIELDS[type])])),
  });

@Controller('v1')
export class ModelFindingsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('association-rules')
  @Scope('models:read')
  @Describe({
    summary: 'What is bought together',
    list: findingList(associationModel),
    query: QUERY,
    response: schemaOf(associationModel),
  })
  rules(@Query() query: Record<string, unknown>): Promise<ListPage<FindingItem>> {
    return this.foundBy(associationModel, query);
  }

  @Get('product-analyses')
  @Scope('models:read')
  @Describe({
    summary: 'Which products bring the revenue',
    list: findingList(productModel),
    query: QUERY,
    response: schemaOf(productModel),
  })
  products(@Query() query: Record<string, unknown>): Promise<ListPage<FindingItem>> {
    return this.foundBy(productModel, query);
  }

  @Get('channel-analyses')
  @Scope('models:read')
  @Describe({
    summary: 'What comes in through which channel, and what campaigns on it achieve',
    list: findingList(channelModel),
    query: QUERY,
    response: schemaOf(channelModel),
  })
  channels(@Query() query: Record<string, unknown>): Promise<ListPage<FindingItem>> {
    return this.foundBy(channelModel, query);
  }

  private foundBy(model: ScoringModel, query: Readonly<Record<string, unknown>>): Promise<ListPage<FindingItem>> {
    const { runId } = query;
    const { asOf } = momentsOf(query);
    if (runId !== undefined && !(typeof runId === 'string' && isId(runId)))
      throw new Rejected('validation-failed', 'runId is the id of a run', {
        status: 400,
        errors: [{ pointer: '/runId', code: 'wrong-format', detail: 'The id of a run' }],
      });
    const from = { ...(runId === undefined ? {} : { runId }), ...(asOf === undefined ? {} : { asOf }) };
    return this.queries.execute(new ModelFindingsPage(model, query, from));
  }
}
