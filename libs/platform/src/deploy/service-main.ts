import { Command } from 'commander';
import type { ServiceDefinition } from '../service/service-definition.js';
import { deployCommands } from './deploy-commands.js';
import { fail } from './verb.js';

/** The command line of one service: what its deployable folder starts with. */
export async function serviceMain(definition: ServiceDefinition): Promise<void> {
  const program = new Command(`crm-${definition.name}`)
    .description(`The ${definition.name} service of the closed-loop CRM`)
    .showHelpAfterError('(--help tells more)');
  for (const command of deployCommands([definition])) program.addCommand(command);
  await program.parseAsync().catch(fail);
}
