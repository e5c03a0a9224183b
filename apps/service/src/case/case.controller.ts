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
import { OpenCase, OpenCaseBody } from './commands/open-case.js';
import {
  AssignCaseBody,
  CaseReasonBody,
  HoldCaseBody,
  ResolveCaseBody,
  WorkOnCase,
  type CaseWork,
} from './commands/work-on-case.js';

@Controller('v1/cases')
export class CaseController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Scope('cases:write')
  @Describe({ summary: 'Open a case; its priority says when it is due' })
  async open(@Body() body: OpenCaseBody, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return created(await this.commands.execute(new OpenCase(body, request)));
  }

  @Post(':id/assign')
  @Scope('cases:write')
  @Describe({ summary: 'Give a case to somebody, or take it', status: 200 })
  assign(
    @Param('id', ParseId) id: string,
    @Body() { assignee }: AssignCaseBody,
    @Caller() caller: Principal,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    return this.work(id, { action: 'assign', assignee: assignee ?? caller.actor }, request);
  }

  @Post(':id/progress')
  @Scope('cases:write')
  @Describe({ summary: 'Work on a case, at first or after waiting', status: 200 })
  progress(@Param('id', ParseId) id: string, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return this.work(id, { action: 'progress' }, request);
  }

  @Post(':id/hold')
  @Scope('cases:write')
  @Describe({ summary: 'Wait, for the customer (pending) or for ourselves and others (held)', status: 200 })
  hold(
    @Param('id', ParseId) id: string,
    @Body() body: HoldCaseBody,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    return this.work(id, { action: 'hold', waitingFor: body.waitingFor ?? 'internal', reason: body.reason }, request);
  }

  @Post(':id/resolve')
  @Scope('cases:write')
  @Describe({ summary: 'Resolve a case', status: 200 })
  resolve(
    @Param('id', ParseId) id: string,
    @Body() body: ResolveCaseBody,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    return this.work(id, { action: 'resolve', resolution: body.resolution }, request);
  }

  @Post(':id/close')
  @Scope('cases:write')
  @Describe({ summary: 'Close a resolved case', status: 200 })
  close(@Param('id', ParseId) id: string, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return this.work(id, { action: 'close' }, request);
  }

  @Post(':id/reopen')
  @Scope('cases:write')
  @Describe({ summary: 'Reopen a resolved case, or one that was closed within 30 days', status: 200 })
  reopen(
    @Param('id', ParseId) id: string,
    @Body() body: CaseReasonBody,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    return this.work(id, { action: 'reopen', reason: body.reason }, request);
  }

  @Post(':id/cancel')
  @Scope('cases:write')
  @Describe({ summary: 'Cancel a case that the customer takes back', status: 200 })
  cancel(
    @Param('id', ParseId) id: string,
    @Body() body: CaseReasonBody,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    return this.work(id, { action: 'cancel', reason: body.reason }, request);
  }

  @Post(':id/reject')
  @Scope('cases:write')
  @Describe({ summary: 'Reject a case that is none of ours', status: 200 })
  reject(
    @Param('id', ParseId) id: string,
    @Body() body: CaseReasonBody,
    @CommandHeaders() request: CommandRequest,
  ): Promise<Answer> {
    return this.work(id, { action: 'reject', reason: body.reason }, request);
  }

  private async work(id: string, work: CaseWork, request: CommandRequest): Promise<Answer> {
    return changed(await this.commands.execute(new WorkOnCase(id, work, request)));
  }
}
