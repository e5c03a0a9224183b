import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DevelopmentIssuer, serveDevelopmentIssuer } from '@crm/platform';
import { Command } from 'commander';
import { readConfig } from '../config.js';
import { print } from '../output.js';

const SECRET_FILE = 'client-secret';
const OWN = 0o600;
const SHARED = 0o644;

export function devIssuerCommand(): Command {
  return new Command('dev-issuer')
    .description('serves the development issuer to services that run as processes of their own')
    .option('--folder <folder>', 'where its key is kept; made when missing', './.crm')
    .option('--share-secret', 'lets other users of this machine read the secret of the services')
    .option('--json', 'prints the address as JSON')
    .addHelpText(
      'after',
      `\nListens on CRM_ADDRESS and CRM_PORT (4109), and refuses to run in production. The secret with which services get tokens\nis in the file ${SECRET_FILE} of the folder, for CRM_CLIENT_SECRET_FILE.`,
    )
    .action(async (options: { folder: string; shareSecret?: boolean; json?: boolean }) => {
      const folder = resolve(options.folder);
      const { nodeEnv, issuerPort: port, address } = readConfig();
      const issuer = await DevelopmentIssuer.open({ folder, nodeEnv });
      await writeSecret(folder, issuer.clientSecret, options.shareSecret === true);
      const server = await serveDevelopmentIssuer(issuer, { port, address });
      const jwksUrl = `${server.url}/dev-issuer/jwks`;
      const tokenUrl = `${server.url}/dev-issuer/token`;
      print(
        options.json,
        { issuer: issuer.issuer, jwksUrl, tokenUrl, secretFile: join(folder, SECRET_FILE) },
        `CRM_ISSUER=${issuer.issuer}\nCRM_JWKS_URL=${jwksUrl}\nCRM_TOKEN_URL=${tokenUrl}`,
      );
      await new Promise<void>((done) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
      });
      await server.close();
    });
}

async function writeSecret(folder: string, secret: string, shared: boolean): Promise<void> {
  const file = join(folder, SECRET_FILE);
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${secret}\n`, { mode: OWN });
  await chmod(file, shared ? SHARED : OWN);
}
