import { Rejected } from '@crm/event-sourcing';
import { Describe, ParseId, ReadModels, Scope, type ListPage } from '@crm/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { oneOf } from '../one-of.js';
import type { LoopTrace } from './loop-trace.js';
import { LOOP_LIST, LoopById, LoopsPage } from './loop.query.js';

const id = Type.String({ format: 'uuid' });
const time = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' });
const hopSchema = Type.Object({
  ...{ hop: Type.String(), name: Type.String(), service: Type.String() },
  unit: oneOf(['facts', 'customers', 'members', 'responses', 'results']),
  status: oneOf(['done', 'waiting', 'skipped', 'late']),
  waitsFor: Type.Optional(oneOf(['machine', 'people', 'customers'])),
  reason: Type.Optional(Type.String()),
  ...{ firstAt: time, lastAt: time, in: Type.Integer(), out: Type.Integer(), pending: Type.Integer() },
  lost: Type.Record(Type.String(), Type.Integer()),
});
const loopSchema = Type.Object({
  ...{
    loopId: id,
    campaignId: id,
    status: oneOf(['running', 'complete']),
    hops: Type.Array(hopSchema),
    reconciles: Type.Boolean(),
    caughtUp: Type.Boolean({
      description: 'Everything that the sources held when this was asked is counted; otherwise no break can be found',
    }),
  },
  breaks: Type.Array(Type.Object({ hop: Type.String(), expected: Type.Integer(), found: Type.Integer() })),
});

@Controller('v1/loops')
export class LoopController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Scope('loops:read')
  @ReadModels('loops')
  @Describe({ summary: 'Closed loops, each hop by hop', list: LOOP_LIST, response: loopSchema })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<LoopTrace>> {
    return this.queries.execute(new LoopsPage(query));
  }

  @Get(':loopId')
  @Scope('loops:read')
  @ReadModels('loops')
  @Describe({ summary: 'A loop, hop by hop, with counts that reconcile', response: loopSchema })
  async get(@Param('loopId', ParseId) loopId: string): Promise<LoopTrace> {
    const trace = await this.queries.execute(new LoopById(loopId));
    if (trace === undefined) throw new Rejected('not-found', 'There is no such loop', { status: 404 });
    return trace;
  }
}
