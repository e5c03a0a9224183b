import type { ServerResponse } from 'node:http';
import { currentContext, Rejected, runInContext } from '@crm/event-sourcing';
import {
  Caller,
  CommandHeaders,
  CommandRequest,
  created,
  Describe,
  ParseId,
  ReadModels,
  Scope,
  ServiceContext,
  type Answer,
  type Principal,
} from '@crm/platform';
import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { noteView } from '../result-view/note-view.js';
import { versionOf } from '../version-query.js';
import { resultVersionOf } from './campaign-result.decider.js';
import { CampaignResultOf, type CampaignResultView } from './campaign-result.query.js';
import { ComputeCampaignResult, ComputeCampaignResultBody } from './commands/compute-campaign-result.js';

const id = Type.String({ format: 'uuid' });
const money = Type.Object({ amountMinor: Type.Integer(), currency: Type.String() });
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const resultSchema = Type.Object({
  ...{ campaignId: id, version: Type.Integer(), computedAt: Type.String({ format: 'date-time' }) },
  ...{ reason: Type.String(), loopIds: Type.Array(id) },
  arms: Type.Array(
    Type.Object({
      ...{ arm: Type.String(), members: Type.Integer(), contacted: Type.Integer(), responses: Type.Integer() },
      ...{ conversions: Type.Integer(), revenue: money, cost: money },
    }),
  ),
  effects: Type.Array(
    Type.Object({
      ...{
        arm: Type.String(),
        against: Type.String(),
        metric: Type.String(),
        method: Type.String(),
        verdict: Type.String(),
      },
      ...{
        effect: orNull(Type.Number()),
        level: Type.Number(),
        p: orNull(Type.Number()),
        pAdjusted: orNull(Type.Number()),
      },
      interval: orNull(Type.Array(Type.Number())),
    }),
  ),
  contamination: Type.Integer(),
  businessRulesVersion: Type.Integer({ minimum: 0 }),
  incrementalRevenue: orNull(money),
  roi: orNull(Type.Number()),
});

@Controller('v1/campaign-results')
export class CampaignResultController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly context: ServiceContext,
  ) {}

  @Post()
  @Scope('results:compute')
  @Describe({ summary: 'Judge a campaign by what is known now' })
  async compute(@Body() body: ComputeCampaignResultBody, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    const committed = await this.commands.execute(new ComputeCampaignResult(body, request));
    return created({ ...committed, version: resultVersionOf(committed.version) });
  }

  @Get(':campaignId')
  @Scope('results:read')
  @ReadModels('loops')
  @Describe({
    summary: 'What a campaign achieved',
    query: { version: 'an older version; default: the newest' },
    response: resultSchema,
  })
  async get(
    @Param('campaignId', ParseId) campaignId: string,
    @Query('version') version: string | undefined,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: { readonly raw: ServerResponse },
  ): Promise<CampaignResultView> {
    const result = await this.queries.execute(new CampaignResultOf(campaignId, versionOf(version, 1)));
    if (result === undefined) throw new Rejected('not-found', 'There is no such result', { status: 404 });
    const context = currentContext();
    reply.raw.once('finish', () => void runInContext(context, () => noteView(this.context, caller, result)));
    return result;
  }
}
