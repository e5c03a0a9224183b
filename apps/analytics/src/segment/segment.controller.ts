import { isId, Rejected } from '@crm/event-sourcing';
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
import { MOMENT_PARAMETERS, momentsOf } from '../moment-query.js';
import { DefineSegment, DefineSegmentBody } from './commands/define-segment.js';
import type { SegmentMember } from './evaluate-segment.js';
import { MEMBER_LIST, SegmentMembersPage, WhySegmentMember, type MembershipReason } from './segment-members.query.js';
import { SEGMENT_LIST, SegmentById, SegmentsPage, type SegmentItem } from './segments.query.js';

const id = Type.String({ format: 'uuid' });
const values = Type.Record(Type.String(), Type.Unknown());
const segmentFields = { segmentId: id, name: Type.String(), where: values };
const memberSchema = Type.Object({ partyId: id, values });
const outcome = {
  pointer: Type.String(),
  feature: Type.String(),
  operator: Type.String(),
  operand: Type.Unknown(),
  value: Type.Unknown(),
  holds: Type.Boolean(),
};
const whySchema = Type.Object({
  segmentId: id,
  partyId: id,
  member: Type.Boolean(),
  where: values,
  conditions: Type.Array(Type.Object(outcome)),
  values,
  runIds: Type.Array(id),
  entered: Type.Union([Type.Object({ at: Type.String({ format: 'date-time' }), reason: Type.String() }), Type.Null()]),
});

@Controller('v1/segments')
export class SegmentController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Scope('segments:write')
  @Describe({ summary: 'Define a segment by a predicate over features and scores' })
  async define(@Body() body: DefineSegmentBody, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return created(await this.commands.execute(new DefineSegment(body, request)));
  }

  @Get()
  @Scope('segments:read')
  @ReadModels('segments')
  @Describe({
    summary: 'Segments',
    list: SEGMENT_LIST,
    response: Type.Object({ ...segmentFields, definedAt: Type.String({ format: 'date-time' }) }),
  })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<SegmentItem>> {
    return this.queries.execute(new SegmentsPage(query));
  }

  @Get(':segmentId')
  @Scope('segments:read')
  @Describe({ summary: 'A segment', response: Type.Object(segmentFields) })
  get(@Param('segmentId') segmentId: string): Promise<SegmentItem> {
    return this.segmentOf(segmentId);
  }

  @Get(':segmentId/members')
  @Scope('segments:read')
  @ReadModels('warehouse')
  @Describe({ summary: 'Who is in a segment', list: MEMBER_LIST, query: MOMENT_PARAMETERS, response: memberSchema })
  async members(
    @Param('segmentId') segmentId: string,
    @Query() query: Record<string, unknown>,
  ): Promise<ListPage<SegmentMember>> {
    const moments = momentsOf(query);
    return this.queries.execute(new SegmentMembersPage(await this.segmentOf(segmentId), query, moments));
  }

  @Get(':segmentId/members/:partyId/why')
  @Scope('segments:read')
  @ReadModels('warehouse')
  @Describe({ summary: 'Why a customer is in a segment, or is not', query: MOMENT_PARAMETERS, response: whySchema })
  async why(
    @Param('segmentId') segmentId: string,
    @Param('partyId') partyId: string,
    @Query() query: Record<string, unknown>,
  ): Promise<MembershipReason> {
    const moments = momentsOf(query);
    const segment = await this.segmentOf(segmentId);
    if (!isId(partyId)) throw new Rejected('not-found', 'A customer is named by an id', { status: 404 });
    return this.queries.execute(new WhySegmentMember(segment, partyId, moments));
  }

  private async segmentOf(segmentId: string): Promise<SegmentItem> {
    const segment = isId(segmentId) ? await this.queries.execute(new SegmentById(segmentId)) : undefined;
    if (segment === undefined) throw new Rejected('not-found', 'There is no such segment', { status: 404 });
    return segment;
  }
}
