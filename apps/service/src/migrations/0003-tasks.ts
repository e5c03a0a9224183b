import { sqlMigration } from '@crm/platform';
import { TASK_TABLES } from '@crm/tasks';

export const tasks = sqlMigration(3, 'Tasks', TASK_TABLES);
