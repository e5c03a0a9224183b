import { Describe, ParseId, ReadModels, Scope, tagged, type ListPage, type TaggedReply } from '@crm/platform';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  OPPORTUNITY_LIST,
  OpportunityById,
  OpportunityList,
  opportunitySchema,
  type OpportunityRow,
} from './opportunities.query.js';

@Controller('v1/opportunities')
export class OpportunitiesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Scope('opportunities:read')
  @ReadModels('opportunities')
  @Describe({ summary: 'Opportunities, the latest first', list: OPPORTUNITY_LIST, response: opportunitySchema })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<OpportunityRow>> {
    return this.queries.execute(new OpportunityList(query));
  }

  @Get(':id')
  @Scope('opportunities:read')
  @ReadModels('opportunities')
  @Describe({ summary: 'An opportunity', response: opportunitySchema })
  async get(@Param('id', ParseId) id: string, @Res({ passthrough: true }) reply: TaggedReply): Promise<OpportunityRow> {
    return tagged(reply, await this.queries.execute(new OpportunityById(id)));
  }
}
