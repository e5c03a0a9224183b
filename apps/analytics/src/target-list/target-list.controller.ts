import { Rejected } from '@crm/event-sourcing';
import { accepted, CommandHeaders, CommandRequest, Describe, ParseId, Scope, type Answer } from '@crm/platform';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { DefineTargetList, DefineTargetListBody } from './commands/define-target-list.js';
import { TargetListById, type TargetListView } from './target-list.query.js';

const id = Type.String({ format: 'uuid' });
const counts = Type.Record(Type.String(), Type.Integer());
const listSchema = Type.Object({
  ...{ targetListId: id, loopId: id, campaignId: id, segmentId: id, refreshId: id, runIds: Type.Array(id) },
  asOf: Type.String({ format: 'date-time' }),
  status: Type.Unsafe<string>({ type: 'string', enum: ['defined', 'frozen', 'delivered', 'acknowledged', 'failed'] }),
  counts: Type.Object({
    selected: Type.Integer(),
    suppressed: counts,
    frozen: Type.Integer(),
    accepted: Type.Integer(),
    rejected: counts,
    control: Type.Integer(),
    arms: counts,
  }),
  contentHash: Type.Union([Type.String(), Type.Null()]),
  problem: Type.Optional(Type.Unknown()),
});

@Controller('v1/target-lists')
export class TargetListController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Scope('target-lists:write')
  @Describe({ summary: 'Freeze the members of a segment and deliver them to a campaign', status: 202 })
  async define(@Body() body: DefineTargetListBody, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    const targetListId = request.idFor(body.targetListId);
    const committed = await this.commands.execute(new DefineTargetList(targetListId, body, request));
    return accepted(committed, `/v1/target-lists/${targetListId}`, { loopId: targetListId });
  }

  @Get(':targetListId')
  @Scope('target-lists:read')
  @Describe({ summary: 'A target list and what became of its members', response: listSchema })
  async get(@Param('targetListId', ParseId) targetListId: string): Promise<TargetListView> {
    const list = await this.queries.execute(new TargetListById(targetListId));
    if (list === undefined) throw new Rejected('not-found', 'There is no such target list', { status: 404 });
    return list;
  }
}
