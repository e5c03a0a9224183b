import { resolve } from 'node:path';
import { DevelopmentIssuer, type Role } from '@crm/platform';
import { ApiClient } from './api-client.js';
import { readConfig } from './config.js';
import { runningInstance } from './embedded/instance.js';
import { startStack } from './embedded/embedded-stack.js';
import { stackIssuer } from './local-stack.js';

/** Options of the commands that speak to the services. */
export interface TargetOptions {
  readonly dataDir: string;
  readonly target?: string;
  readonly token?: string;
}

/** A client of the services at `--target`, of those that run on the data folder, or of services started for this command. */
export async function withClient<T>(options: TargetOptions, work: (client: ApiClient) => Promise<T>): Promise<T> {
  if (options.target !== undefined) return work(await clientAt(options.target, options.token));
  const running = await runningInstance(options.dataDir);
  if (running !== undefined) {
    const issuer = await DevelopmentIssuer.open({ folder: resolve(options.dataDir), nodeEnv: readConfig().nodeEnv });
    return work(new ApiClient(running, mintFor(issuer)));
  }
  const stack = await startStack({ dataDir: options.dataDir, port: 0 });
  try {
    return await work(new ApiClient(stack.url, mintFor(stack.issuer)));
  } finally {
    await stack.stop();
  }
}

/** A client of services that run elsewhere, with the token given for them or, on this machine, of the local stack's issuer. */
export async function clientAt(target: string, token: string | undefined): Promise<ApiClient> {
  if (token !== undefined) return new ApiClient(target, () => Promise.resolve(token));
  const issuer = await stackIssuer(target);
  if (issuer === undefined) throw new Error('--target needs --token, unless the local stack runs on this machine');
  return new ApiClient(target, mintFor(issuer));
}

/** Tokens of the development issuer, one for each role. */
export function mintFor(issuer: DevelopmentIssuer): (role: Role) => Promise<string> {
  const tokens = new Map<Role, Promise<string>>();
  return (role) => {
    const token = tokens.get(role) ?? issuer.mint({ sub: `crm-${role}`, roles: [role] });
    tokens.set(role, token);
    return token;
  };
}
