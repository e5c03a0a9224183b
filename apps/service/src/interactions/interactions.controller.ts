import { Describe, ReadModels, Scope, type ListPage } from '@crm/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  INTERACTION_LIST,
  InteractionByContact,
  InteractionList,
  interactionSchema,
  interactionWithEventsSchema,
  type InteractionRow,
  type InteractionWithEvents,
} from './interactions.query.js';

@Controller('v1/interactions')
export class InteractionsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Scope('interactions:read')
  @ReadModels('interactions')
  @Describe({ summary: 'Interactions, the latest first', list: INTERACTION_LIST, response: interactionSchema })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<InteractionRow>> {
    return this.queries.execute(new InteractionList(query));
  }

  @Get(':source/:contactId')
  @Scope('interactions:read')
  @ReadModels('interactions')
  @Describe({
    summary: 'An interaction with its contact events in vendor order',
    response: interactionWithEventsSchema,
  })
  get(@Param('source') source: string, @Param('contactId') contactId: string): Promise<InteractionWithEvents> {
    return this.queries.execute(new InteractionByContact(source, contactId));
  }
}
