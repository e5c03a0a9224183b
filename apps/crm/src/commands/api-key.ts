import { SERVICES } from '@crm/contracts';
import { ROLES, type Role } from '@crm/platform';
import { Command, Option } from 'commander';
import { print } from '../output.js';
import { withClient, type TargetOptions } from '../target.js';
import { withTarget } from './target-options.js';

interface NewApiKey {
  readonly id: string;
  readonly key: string;
}

export function apiKeyCommand(): Command {
  const create = withTarget(
    new Command('create')
      .description('makes an API key for a machine client; it is shown once')
      .addOption(
        new Option('--service <service>', 'the service that it is for').choices(SERVICES).makeOptionMandatory(),
      )
      .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
      .requiredOption('--name <name>', 'names the client in the log')
      .option('--expires-at <time>', 'end of its validity, e.g. 2027-01-01T00:00:00Z'),
  )
    .addHelpText('after', '\nExample:\n  crm api-key create --service service --role integration --name call-center')
    .action(
      async (
        options: TargetOptions & { service: string; role: Role; name: string; expiresAt?: string; json?: boolean },
      ) => {
        const body = {
          name: options.name,
          roles: [options.role],
          ...(options.expiresAt === undefined ? {} : { expiresAt: options.expiresAt }),
        };
        const key = await withClient(options, (client) =>
          client.post<NewApiKey>(`/v1/api-keys/${options.service}`, body),
        );
        print(options.json, key, key.key);
      },
    );
  return new Command('api-key').description('API keys of machine clients').addCommand(create);
}
