import { Module, type Type } from '@nestjs/common';
import { ReportOutcomeHandler } from './commands/report-outcome.js';
import { StartTaskHandler } from './commands/start-task.js';
import { taskController, type TaskRoutes } from './task.controller.js';
import { TaskListHandler } from './tasks.query.js';

/** The routes of a department's tasks with what carries them out. */
export function taskModule(routes: TaskRoutes): Type {
  @Module({
    controllers: [taskController(routes)],
    providers: [StartTaskHandler, ReportOutcomeHandler, TaskListHandler],
  })
  class TaskModule {}
  return TaskModule;
}
