import { createPool } from '@crm/event-sourcing';
import { Command } from 'commander';
import { loadConfig } from '../config/config.js';
import { processEnvironment } from '../config/process-environment.js';
import { migrate, migrationState } from '../service/migrations.js';
import type { ServiceDefinition } from '../service/service-definition.js';
import { databaseRule, databaseUrlOf, databaseVariables } from './database.js';
import { print, serviceVerb } from './verb.js';

export function migrateCommand(definitions: readonly ServiceDefinition[]): Command {
  const command = new Command('migrate')
    .description("brings a service's database up to date, while older instances run")
    .option('--json', 'prints JSON')
    .addHelpText('after', '\nNeeds CRM_DATABASE_URL, and nothing else of the service’s settings.');
  return serviceVerb<{ json?: boolean }>(definitions, command, async (definition, { json }) => {
    const url = databaseUrlOf(loadConfig(databaseVariables, processEnvironment, [databaseRule]));
    const pending = await pendingIn(url, definition);
    await migrate(url, definition.migrations);
    const text =
      pending.length === 0 ? 'nothing to do' : `carried out ${String(pending.length)}: ${pending.join(', ')}`;
    print(json, { service: definition.name, migrations: pending }, text);
  });
}

async function pendingIn(url: string, { migrations }: ServiceDefinition): Promise<readonly string[]> {
  const pool = createPool({ url, max: 1 });
  try {
    return (await migrationState(pool, migrations)).pending;
  } finally {
    await pool.end();
  }
}
