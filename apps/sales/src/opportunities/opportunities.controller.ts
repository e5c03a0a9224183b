import { Describe, ParseId, ReadModels, Scope, type ListPage } from '@crm/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
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
  get(@Param('id', ParseId) id: string): Promise<OpportunityRow> {
    return this.queries.execute(new OpportunityById(id));
  }
}
