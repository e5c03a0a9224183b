import { isId, Rejected } from '@crm/event-sourcing';
import { accepted, CommandHeaders, CommandRequest, Describe, Scope, type Answer } from '@crm/platform';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { RequestMartRefresh, RequestMartRefreshBody } from './commands/request-mart-refresh.js';
import { MartRefreshById, type MartRefreshView } from './mart-refresh.query.js';

const refreshSchema = Type.Object({
  refreshId: Type.String({ format: 'uuid' }),
  asOf: Type.String({ format: 'date-time' }),
  status: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
  progress: Type.Object({ done: Type.Integer(), total: Type.Integer() }),
  facts: Type.Optional(Type.Integer()),
  positions: Type.Optional(
    Type.Array(Type.Object({ service: Type.String(), lane: Type.Integer(), position: Type.String() })),
  ),
  checks: Type.Optional(
    Type.Array(Type.Object({ check: Type.Integer(), passed: Type.Boolean(), detail: Type.String() })),
  ),
  problem: Type.Optional(Type.Unknown()),
});

@Controller('v1/mart-refreshes')
export class MartRefreshController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Scope('marts:refresh')
  @Describe({ summary: 'Bring the mart up to its sources and check it', status: 202 })
  async request(@Body() body: RequestMartRefreshBody, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    const refreshId = request.idFor(body.refreshId);
    const committed = await this.commands.execute(new RequestMartRefresh(refreshId, body, request));
    return accepted(committed, `/v1/mart-refreshes/${refreshId}`);
  }

  @Get(':refreshId')
  @Scope('marts:read')
  @Describe({ summary: 'A refresh of the mart', response: refreshSchema })
  async get(@Param('refreshId') refreshId: string): Promise<MartRefreshView> {
    const refresh = isId(refreshId) ? await this.queries.execute(new MartRefreshById(refreshId)) : undefined;
    if (refresh === undefined) throw new Rejected('not-found', 'There is no such refresh', { status: 404 });
    return refresh;
  }
}
