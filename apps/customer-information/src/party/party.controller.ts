import type { Committed } from '@crm/event-sourcing';
import {
  Batches,
  changed,
  CommandHeaders,
  CommandRequest,
  created,
  Describe,
  Imports,
  outcomeOf,
  outcomeOfError,
  Scope,
  ServiceContext,
  Upload,
  type Answer,
  type BatchResult,
  type BulkItem,
  type ImportPage,
  type ImportResult,
  type ImportUpload,
  type ItemOutcome,
} from '@crm/platform';
import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { IdPipe } from '../id-pipe.js';
import { timeBoundsOf } from '../times.js';
import { ChangeParty, ChangePartyBody } from './commands/change-party.js';
import { RegisterParty, RegisterPartyBody } from './commands/register-party.js';
import { partyItems, type PartyItem } from './party-item.js';
import { PartyAt, partySchema, type PartyView } from './party.query.js';
import { recordRegistration } from './registration.js';

interface Reply {
  header(name: string, value: string): unknown;
}

@Controller('v1/parties')
export class PartyController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly batches: Batches,
    private readonly imports: Imports,
    private readonly context: ServiceContext,
  ) {}

  @Post()
  @Scope('parties:write')
  @Describe({ summary: 'Register a party' })
  async register(@Body() body: RegisterPartyBody, @CommandHeaders() command: CommandRequest): Promise<Answer> {
    return created(await this.commands.execute(new RegisterParty(body, command)));
  }

  @Patch(':id')
  @Scope('parties:write')
  @Describe({ summary: 'Correct what is known about a party' })
  async change(
    @Param('id', IdPipe) id: string,
    @Body() body: ChangePartyBody,
    @CommandHeaders() command: CommandRequest,
  ): Promise<Answer> {
    return changed(await this.commands.execute(new ChangeParty(id, body, command)));
  }

  @Get(':id')
  @Scope('parties:read')
  @Describe({
    summary: 'A party, now or at another time',
    query: { asOf: 'as it was then (valid time)', knownAt: 'as it was known then (recording time)' },
    response: partySchema,
  })
  async get(
    @Param('id', IdPipe) id: string,
    @Query() query: Record<string, unknown>,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<PartyView> {
    const party = await this.queries.execute(new PartyAt(id, timeBoundsOf(query)));
    reply.header('ETag', `"${String(party.version)}"`);
    return party;
  }

  @Post('batch')
  @Scope('parties:write')
  @Describe({ summary: 'Register up to 500 parties', items: partyItems.schema, kind: 'batch' })
  batch(@Body() body: unknown, @CommandHeaders() command: CommandRequest): Promise<BatchResult> {
    return this.batches.run(command, body, { items: partyItems, handle: (items) => this.registerAll(items) });
  }

  @Post('import')
  @Scope('parties:write')
  @Describe({ summary: 'Import parties', items: partyItems.schema, kind: 'import' })
  import(@Upload() upload: ImportUpload): Promise<ImportResult> {
    return this.imports.run(upload, { noun: 'parties', items: partyItems, handle: (items) => this.registerAll(items) });
  }

  @Get('imports/:importId')
  @Scope('parties:write')
  @Describe({ summary: 'An import and its rejects', kind: 'import-status' })
  importStatus(@Param('importId') importId: string, @Query() query: Record<string, unknown>): Promise<ImportPage> {
    return this.imports.page('parties', importId, query);
  }

  private registerAll(items: readonly BulkItem<PartyItem>[]): Promise<readonly ItemOutcome[]> {
    return Promise.all(items.map(({ item, command }) => outcome(recordRegistration(this.context, item, command))));
  }
}

async function outcome(registration: Promise<Committed>): Promise<ItemOutcome> {
  try {
    return outcomeOf(await registration);
  } catch (error) {
    const refused = outcomeOfError(error);
    return refused.code === 'natural-key-conflict' ? { status: 'conflict' } : refused;
  }
}
