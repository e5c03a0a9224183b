import {
  Caller,
  changed,
  CommandHeaders,
  CommandRequest,
  created,
  Describe,
  ParseId,
  Scope,
  type Answer,
  type Principal,
} from '@crm/platform';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ConvertLead, ConvertLeadBody } from './commands/convert-lead.js';
import { DisqualifyLeadBody, MoveLead, TakeUpLeadBody } from './commands/move-lead.js';
import { OpenLead, OpenLeadBody } from './commands/open-lead.js';

@Controller('v1/leads')
export class LeadController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Scope('leads:write')
  @Describe({ summary: 'Open a lead' })
  async open(@Body() body: OpenLeadBody, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return created(await this.commands.execute(new OpenLead(body, request)));
  }

  @Post(':id/work')
  @Scope('leads:write')
  @Describe({ summary: 'Take up a lead, oneself or for somebody', status: 200 })
  async work(
    @Param('id', ParseId) id: string,
    @Body() body: TakeUpLeadBody,
    @Caller() caller: Principal,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    return changed(
      await this.commands.execute(new MoveLead(id, { to: 'working', ownerId: body.ownerId ?? caller.actor }, request)),
    );
  }

  @Post(':id/qualify')
  @Scope('leads:write')
  @Describe({ summary: 'Qualify a lead', status: 200 })
  async qualify(@Param('id', ParseId) id: string, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return changed(await this.commands.execute(new MoveLead(id, { to: 'qualified' }, request)));
  }

  @Post(':id/convert')
  @Scope('leads:write')
  @Describe({ summary: 'Make an opportunity of a qualified lead; answers with its opportunityId', status: 200 })
  async convert(
    @Param('id', ParseId) id: string,
    @Body() body: ConvertLeadBody,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    const { committed, opportunityId } = await this.commands.execute(new ConvertLead(id, body, request));
    return changed(committed, { opportunityId });
  }

  @Post(':id/disqualify')
  @Scope('leads:write')
  @Describe({ summary: 'Follow a lead no more', status: 200 })
  async disqualify(
    @Param('id', ParseId) id: string,
    @Body() body: DisqualifyLeadBody,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    return changed(await this.commands.execute(new MoveLead(id, { to: 'disqualified', reason: body.reason }, request)));
  }
}
