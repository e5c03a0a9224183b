import { changed, CommandHeaders, CommandRequest, created, Describe, ParseId, Scope, type Answer } from '@crm/platform';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { MoveStage, MoveStageBody } from './commands/move-stage.js';
import { OpenOpportunity, OpenOpportunityBody } from './commands/open-opportunity.js';

@Controller('v1/opportunities')
export class OpportunityController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Scope('opportunities:write')
  @Describe({ summary: 'Open an opportunity at the first stage' })
  async open(@Body() body: OpenOpportunityBody, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return created(await this.commands.execute(new OpenOpportunity(body, request)));
  }

  @Post(':id/stage')
  @Scope('opportunities:write')
  @Describe({ summary: 'Move an opportunity to another stage', status: 200 })
  async move(
    @Param('id', ParseId) id: string,
    @Body() body: MoveStageBody,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    return changed(await this.commands.execute(new MoveStage(id, body, request)));
  }
}
