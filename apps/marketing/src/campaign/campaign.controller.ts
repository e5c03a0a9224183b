import {
  Answer,
  changed,
  CommandHeaders,
  created,
  CommandRequest,
  Describe,
  ReadModels,
  Scope,
  tagged,
  type ListPage,
  type TaggedReply,
} from '@crm/platform';
import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ChangeCampaignBody, PlanCampaignBody } from './campaign-bodies.js';
import { knownId } from '../known-id.js';
import { CAMPAIGN_LIST, CampaignById, CampaignPage } from './campaign.query.js';
import { campaignSchema, type CampaignView } from './campaign.view.js';
import { ApproveCampaign } from './commands/approve-campaign.js';
import { ChangeCampaign } from './commands/change-campaign.js';
import { CloseCampaign } from './commands/close-campaign.js';
import { PauseCampaign } from './commands/pause-campaign.js';
import { PlanCampaign } from './commands/plan-campaign.js';
import { ResumeCampaign } from './commands/resume-campaign.js';

@Controller('v1/campaigns')
export class CampaignController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Scope('campaigns:write')
  @Describe({ summary: 'Plan a campaign' })
  async plan(@Body() body: PlanCampaignBody, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return created(await this.commands.execute(new PlanCampaign(request.idFor(body.campaignId), body, request)));
  }

  @Get()
  @Scope('campaigns:read')
  @ReadModels('campaigns')
  @Describe({ summary: 'Campaigns', list: CAMPAIGN_LIST, response: campaignSchema })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<CampaignView>> {
    return this.queries.execute(new CampaignPage(query));
  }

  @Get(':id')
  @Scope('campaigns:read')
  @ReadModels('campaigns')
  @Describe({ summary: 'A campaign, with the result that was published last', response: campaignSchema })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: TaggedReply): Promise<CampaignView> {
    return tagged(reply, await this.queries.execute(new CampaignById(knownId(id))));
  }

  @Patch(':id')
  @Scope('campaigns:write')
  @Describe({ summary: 'Change the plan of a draft' })
  async change(
    @Param('id') id: string,
    @Body() body: ChangeCampaignBody,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    return changed(await this.commands.execute(new ChangeCampaign(knownId(id), body, request)));
  }

  @Post(':id/approve')
  @Scope('campaigns:write')
  @Describe({ summary: 'Approve a draft: it runs as soon as its period is open', status: 200 })
  async approve(@Param('id') id: string, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return changed(await this.commands.execute(new ApproveCampaign(knownId(id), request)));
  }

  @Post(':id/pause')
  @Scope('campaigns:write')
  @Describe({ summary: 'Pause a campaign: it loads waves and presents nothing', status: 200 })
  async pause(@Param('id') id: string, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return changed(await this.commands.execute(new PauseCampaign(knownId(id), request)));
  }

  @Post(':id/resume')
  @Scope('campaigns:write')
  @Describe({ summary: 'Resume a paused campaign', status: 200 })
  async resume(@Param('id') id: string, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return changed(await this.commands.execute(new ResumeCampaign(knownId(id), request)));
  }

  @Post(':id/close')
  @Scope('campaigns:write')
  @Describe({ summary: 'Close a campaign for good: what is open is skipped', status: 200 })
  async close(@Param('id') id: string, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return changed(await this.commands.execute(new CloseCampaign(knownId(id), request)));
  }
}
