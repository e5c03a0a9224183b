import { Describe, ParseId, ReadModels, Scope, tagged, type ListPage, type TaggedReply } from '@crm/platform';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { LEAD_LIST, LeadById, LeadList, leadSchema, type LeadRow } from './leads.query.js';

@Controller('v1/leads')
export class LeadsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Scope('leads:read')
  @ReadModels('leads')
  @Describe({ summary: 'Leads, the latest first', list: LEAD_LIST, response: leadSchema })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<LeadRow>> {
    return this.queries.execute(new LeadList(query));
  }

  @Get(':id')
  @Scope('leads:read')
  @ReadModels('leads')
  @Describe({ summary: 'A lead', response: leadSchema })
  async get(@Param('id', ParseId) id: string, @Res({ passthrough: true }) reply: TaggedReply): Promise<LeadRow> {
    return tagged(reply, await this.queries.execute(new LeadById(id)));
  }
}
