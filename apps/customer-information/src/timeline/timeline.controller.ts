import { Describe, ReadModels, Scope, type ListPage } from '@crm/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { IdPipe } from '../id-pipe.js';
import { PartyTimeline, TIMELINE_LIST, type TimelineEntry } from './timeline.query.js';

@Controller('v1/parties/:id/timeline')
export class TimelineController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Scope('timeline:read')
  @ReadModels('timeline')
  @Describe({ summary: 'What happened with a party, from all services', list: TIMELINE_LIST })
  list(@Param('id', IdPipe) id: string, @Query() query: Record<string, unknown>): Promise<ListPage<TimelineEntry>> {
    return this.queries.execute(new PartyTimeline(id, query));
  }
}
