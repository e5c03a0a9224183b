import { Command } from 'commander';
import { loadConfig } from '../config/config.js';
import { processEnvironment } from '../config/process-environment.js';
import { databaseRule, databaseUrlOf, databaseVariables } from '../deploy/database.js';
import { print, serviceVerb } from '../deploy/verb.js';
import type { ServiceDefinition } from '../service/service-definition.js';
import { backUp } from './back-up.js';
import { progressLines } from './progress-lines.js';

export function backupCommand(definitions: readonly ServiceDefinition[]): Command {
  const command = new Command('backup')
    .description('writes everything that a service keeps into a folder, while it runs')
    .requiredOption('--to <folder>', 'the folder to be made')
    .option('--json', 'prints the manifest')
    .addHelpText(
      'after',
      `
Needs CRM_DATABASE_URL, and nothing else of the service's settings. The backup holds the keys of personal values: keep it
as safe as the database, and no longer than needed. While it is taken, rebuilds and migrations wait with what they change.`,
    );
  return serviceVerb<{ to: string; json?: boolean }>(
    definitions,
    command,
    async ({ name: service, migrations }, { to, json }) => {
      const databaseUrl = databaseUrlOf(loadConfig(databaseVariables, processEnvironment, [databaseRule]));
      const manifest = await backUp({ databaseUrl, service, migrations, to, onProgress: progressLines('tables') });
      const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
      print(json, manifest, `${service}: ${String(manifest.tables.length)} tables, ${String(rows)} rows in ${to}`);
    },
  );
}
