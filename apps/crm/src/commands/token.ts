import { resolve } from 'node:path';
import { DevelopmentIssuer, ROLES, type Role } from '@crm/platform';
import { Command, Option } from 'commander';
import { readConfig } from '../config.js';
import { issuerFolder } from '../local-stack.js';
import { print } from '../output.js';
import { DATA_DIR } from './up.js';

export function tokenCommand(): Command {
  return new Command('token')
    .description('prints a token of the development issuer')
    .addOption(new Option('--role <role>', 'what its bearer may do').choices(ROLES).makeOptionMandatory())
    .option('--sub <name>', 'who its bearer is', 'developer')
    .option('--ttl <seconds>', 'how long it is valid', '43200')
    .option(...DATA_DIR)
    .option('--stack', 'of the issuer of the local stack')
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      '\nExample:\n  curl -H "Authorization: Bearer $(crm token --role analyst)" http://127.0.0.1:3000/v1/loops',
    )
    .action(
      async (options: { role: Role; sub: string; ttl: string; dataDir: string; stack?: boolean; json?: boolean }) => {
        const folder = options.stack === true ? issuerFolder() : resolve(options.dataDir);
        if (folder === undefined) throw new Error('there is no local stack: npm run stack:up starts it');
        const issuer = await DevelopmentIssuer.open({ folder, nodeEnv: readConfig().nodeEnv });
        const token = await issuer.mint({ sub: options.sub, roles: [options.role], ttl: Number(options.ttl) });
        print(options.json, { token, role: options.role }, token);
      },
    );
}
