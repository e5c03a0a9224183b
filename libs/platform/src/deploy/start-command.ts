import { Command } from 'commander';
import { processEnvironment } from '../config/process-environment.js';
import { createLogger } from '../logging/logger.js';
import type { ServiceDefinition } from '../service/service-definition.js';
import { serviceConfig } from './service-config.js';
import { serveUntilSignalled } from './service-process.js';
import { serviceVerb } from './verb.js';

export function startCommand(definitions: readonly ServiceDefinition[]): Command {
  const command = new Command('start')
    .description('runs one service in this process, on its own database, with Kafka and Redis')
    .addHelpText(
      'after',
      '\nIts settings come from the environment (the verb config shows them). SIGTERM ends it in good order, a second one at once.' +
        '\nExits with 2 when a setting is wrong, and lists all that are.',
    );
  return serviceVerb(definitions, command, async (definition) => {
    const config = serviceConfig(definition, processEnvironment);
    const logger = createLogger({ service: definition.name, level: config.logLevel });
    await serveUntilSignalled(definition, config, logger);
  });
}
