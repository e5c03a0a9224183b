import { Rejected } from '@crm/event-sourcing';
import { changed, CommandHeaders, CommandRequest, Describe, Scope, type Answer } from '@crm/platform';
import { Body, Controller, Get, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { versionOf } from '../version-query.js';
import type { BusinessRules } from './business-rules.js';
import { BusinessRulesOf, BusinessRulesVersions } from './business-rules.query.js';
import { SetBusinessRules, SetBusinessRulesBody } from './commands/set-business-rules.js';

const money = Type.Object({ amountMinor: Type.Integer(), currency: Type.String() });
const momentOrNull = Type.Union([Type.String({ format: 'date-time' }), Type.Null()]);
const rulesSchema = Type.Object({
  version: Type.Integer({ minimum: 0 }),
  marginRate: Type.Number({ minimum: 0, maximum: 1 }),
  costPerOccasion: money,
  costPerContact: money,
  costPerCase: money,
  effectiveFrom: momentOrNull,
  setAt: momentOrNull,
  note: Type.Optional(Type.String()),
});

interface Reply {
  header(name: string, value: string): unknown;
}

@Controller('v1/business-rules')
export class BusinessRulesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Put()
  @Scope('business-rules:write')
  @Describe({ summary: 'Set the margin and the costs that results are computed by, as their next version' })
  async set(@Body() body: SetBusinessRulesBody, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return changed(await this.commands.execute(new SetBusinessRules(body, request)));
  }

  @Get()
  @Scope('business-rules:read')
  @Describe({
    summary: 'The business rules that hold now, or those of a version',
    query: { version: 'a version by its number; 0 are the defaults' },
    response: rulesSchema,
  })
  async get(
    @Query('version') version: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<BusinessRules> {
    const found = await this.queries.execute(new BusinessRulesOf(versionOf(version, 0)));
    if (found === undefined) throw new Rejected('not-found', 'There is no such version', { status: 404 });
    reply.header('ETag', `"${String(found.newest)}"`);
    return found.rules;
  }

  @Get('versions')
  @Scope('business-rules:read')
  @Describe({
    summary: 'Every version of the business rules, the newest first',
    response: Type.Object({ items: Type.Array(rulesSchema), next: Type.Null() }),
  })
  async versions(): Promise<{ readonly items: readonly BusinessRules[]; readonly next: null }> {
    return { items: await this.queries.execute(new BusinessRulesVersions()), next: null };
  }
}
