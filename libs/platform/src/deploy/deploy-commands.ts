import { Command } from 'commander';
import { backupCommand } from '../backup/backup-command.js';
import { restoreCommand } from '../backup/restore-command.js';
import type { ServiceDefinition } from '../service/service-definition.js';
import { configCommand } from './config-command.js';
import { migrateCommand } from './migrate-command.js';
import { reconcileCommand } from './reconcile-command.js';
import { startCommand } from './start-command.js';
import { topicsCommand } from './topics-command.js';

/** The verbs by which services are run and looked after as processes of their own. */
export function deployCommands(definitions: readonly ServiceDefinition[]): readonly Command[] {
  return [
    startCommand(definitions),
    migrateCommand(definitions),
    configCommand(definitions),
    backupCommand(definitions),
    restoreCommand(definitions),
    topicsCommand(),
    new Command('feed').description('what came of events elsewhere').addCommand(reconcileCommand(definitions)),
  ];
}
