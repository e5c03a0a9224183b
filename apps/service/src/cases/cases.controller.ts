import { Describe, ParseId, ReadModels, Scope, tagged, type ListPage, type TaggedReply } from '@crm/platform';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { CASE_LIST, CaseById, CaseList, caseSchema, type CaseRow } from './cases.query.js';

@Controller('v1/cases')
export class CasesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Scope('cases:read')
  @ReadModels('cases')
  @Describe({ summary: 'Cases, the first due first', list: CASE_LIST, response: caseSchema })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<CaseRow>> {
    return this.queries.execute(new CaseList(query));
  }

  @Get(':id')
  @Scope('cases:read')
  @ReadModels('cases')
  @Describe({ summary: 'A case', response: caseSchema })
  async get(@Param('id', ParseId) id: string, @Res({ passthrough: true }) reply: TaggedReply): Promise<CaseRow> {
    return tagged(reply, await this.queries.execute(new CaseById(id)));
  }
}
