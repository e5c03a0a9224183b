import { Describe, ReadModels, Scope, type ListPage } from '@crm/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { PARTY_LIST, PartyDirectoryPage, type DirectoryEntry } from './party-directory.query.js';

@Controller('v1/parties')
export class PartyDirectoryController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Scope('parties:read')
  @ReadModels('party-directory')
  @Describe({
    summary: 'Parties, or those with an e-mail address, phone number, reference or name',
    list: PARTY_LIST,
    query: {
      email: 'exact',
      phone: 'exact, in any spelling of the number',
      ref: '"<system>:<value>"',
      name: 'each word is the beginning of a word of the name',
    },
  })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<DirectoryEntry>> {
    return this.queries.execute(new PartyDirectoryPage(query));
  }
}
