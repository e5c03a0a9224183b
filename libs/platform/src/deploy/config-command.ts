import { Command } from 'commander';
import { ConfigInvalid, describeConfig, loadConfig, type ConfigEntry } from '../config/config.js';
import { processEnvironment } from '../config/process-environment.js';
import type { ServiceDefinition } from '../service/service-definition.js';
import { serviceVariables } from './service-config.js';
import { print, serviceVerb } from './verb.js';

export function configCommand(definitions: readonly ServiceDefinition[]): Command {
  const command = new Command('config')
    .description('prints the settings of a service that are in force and where they come from, without secrets')
    .option('--json', 'prints JSON')
    .addHelpText('after', '\nExits with 2 when a setting is wrong, and lists all that are.');
  return serviceVerb<{ json?: boolean }>(definitions, command, async (definition, { json }) => {
    const { schema, rules } = serviceVariables(definition);
    try {
      const entries = describeConfig(schema, loadConfig(schema, processEnvironment, rules), processEnvironment);
      print(json, { service: definition.name, variables: entries }, textOf(entries));
    } catch (error) {
      if (json === true && error instanceof ConfigInvalid)
        print(json, { service: definition.name, faults: error.faults }, '');
      throw error;
    }
  });
}

function textOf(entries: Readonly<Record<string, ConfigEntry>>): string {
  const width = Math.max(...Object.keys(entries).map((name) => name.length));
  return Object.entries(entries)
    .map(([name, { value, from }]) => {
      const shown = value === undefined ? '' : ` ${typeof value === 'string' ? value : JSON.stringify(value)}`;
      return `${name.padEnd(width)}${shown} (${from})`;
    })
    .join('\n');
}
