import {
  Batches,
  CommandHeaders,
  CommandRequest,
  created,
  Describe,
  perItem,
  ReadModels,
  Scope,
  type Answer,
  type BatchResult,
  type ListPage,
} from '@crm/platform';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { RecordResponse, RecordResponseBody } from './commands/record-response.js';
import { ResponseBook } from './response-book.js';
import { responseItems, type ResponseItem } from './response-item.js';
import { RESPONSE_LIST, ResponsePage } from './response.query.js';
import { responseSchema, type ResponseView } from './response.view.js';

@Controller('v1/responses')
export class ResponseController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly responses: ResponseBook,
    private readonly batches: Batches,
  ) {}

  @Post()
  @Scope('responses:write')
  @Describe({ summary: 'Record a response; it is matched to a member and judged afterwards' })
  async record(@Body() body: RecordResponseBody, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return created(await this.commands.execute(new RecordResponse(body, request)));
  }

  @Post('batch')
  @Scope('responses:write')
  @Describe({ summary: 'Record up to 500 responses', items: responseItems.schema, kind: 'batch' })
  batch(@Body() body: unknown, @CommandHeaders() request: CommandRequest): Promise<BatchResult> {
    const handle = perItem<ResponseItem>((item, command) => this.responses.record(item, command));
    return this.batches.run(request, body, { items: responseItems, handle });
  }

  @Get()
  @Scope('responses:read')
  @ReadModels('responses')
  @Describe({ summary: 'Responses, with their match and class', list: RESPONSE_LIST, response: responseSchema })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<ResponseView>> {
    return this.queries.execute(new ResponsePage(query));
  }
}
