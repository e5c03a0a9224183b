import {
  Caller,
  changed,
  CommandHeaders,
  CommandRequest,
  Describe,
  ParseId,
  present,
  ReadModels,
  Scope,
  type Answer,
  type ListPage,
  type Principal,
  type ScopeName,
} from '@crm/platform';
import { Body, Controller, Get, Param, Post, Query, type Type } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ReportOutcome, ReportOutcomeBody } from './commands/report-outcome.js';
import { StartTask } from './commands/start-task.js';
import { TASK_LIST, TaskList, taskSchema, type TaskRow } from './tasks.query.js';

/** Where a department's tasks are, and which scopes they need. */
export interface TaskRoutes {
  readonly path: string;
  readonly read: ScopeName;
  readonly write: ScopeName;
}

export function taskController({ path, read, write }: TaskRoutes): Type {
  @Controller(`v1/${path}`)
  class TaskController {
    constructor(
      private readonly commands: CommandBus,
      private readonly queries: QueryBus,
    ) {}

    @Get()
    @Scope(read)
    @ReadModels('tasks')
    @Describe({ summary: 'Tasks: whom somebody is to reach', list: TASK_LIST, response: taskSchema })
    list(@Query() query: Record<string, unknown>): Promise<ListPage<TaskRow>> {
      return this.queries.execute(new TaskList(query));
    }

    @Post(':id/start')
    @Scope(write)
    @Describe({ summary: 'Claim a task; answers with the contact point if the contact is permitted now', status: 200 })
    async start(
      @Param('id', ParseId) id: string,
      @Caller() caller: Principal,
      @CommandHeaders() request: CommandRequest,
    ): Promise<Answer> {
      const { committed, task, contactPoint, startBy } = await this.commands.execute(
        new StartTask(id, caller.actor, request),
      );
      const { partyId, channel, purpose, offerCode } = task;
      return changed(committed, { partyId, channel, purpose, offerCode, startBy, ...present({ contactPoint }) });
    }

    @Post(':id/outcomes')
    @Scope(write)
    @Describe({ summary: 'Tell what came of a task', status: 200 })
    async report(
      @Param('id', ParseId) id: string,
      @Body() body: ReportOutcomeBody,
      @Caller() caller: Principal,
      @CommandHeaders() request: CommandRequest,
    ): Promise<Answer> {
      return changed(await this.commands.execute(new ReportOutcome(id, caller.actor, body, request)));
    }
  }
  return TaskController;
}
