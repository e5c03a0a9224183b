import './problems.js';

export { followCampaigns } from './follow-campaigns.js';
export type { TaskDepartment } from './task-department.js';
export { TASK_TABLES } from './task-tables.js';
export type { TaskRoutes } from './task.controller.js';
export { taskModule } from './task.module.js';
export { taskPublisher } from './task.publisher.js';
export { tasksProjection } from './tasks.projection.js';
