import { resolve } from 'node:path';
import { DevelopmentIssuer, type Role } from '@crm/platform';
import { ApiClient } from './api-client.js';
import { config } from './config.js';
import { runningInstance } from './embedded/instance.js';
import { startStack } from './embedded/embedded-stack.js';

/** Options of the commands that speak to the services. */
export interface TargetOptions {
  readonly dataDir: string;
  readonly target?: string;
  readonly token?: string;
}

/** A client of the services at `--target`, of those that run on the data folder, or of services started for this command. */
export async function withClient<T>(options: TargetOptions, work: (client: ApiClient) => Promise<T>): Promise<T> {
  const { target, token } = options;
  if (target !== undefined) {
    if (token === undefined) throw new Error('--target needs --token');
    return work(new ApiClient(target, () => Promise.resolve(token)));
  }
  const running = await runningInstance(options.dataDir);
  if (running !== undefined) {
    const issuer = await DevelopmentIssuer.open({ folder: resolve(options.dataDir), nodeEnv: config.nodeEnv });
    return work(new ApiClient(running, mintFor(issuer)));
  }
  const stack = await startStack({ dataDir: options.dataDir, port: 0 });
  try {
    return await work(new ApiClient(stack.url, mintFor(stack.issuer)));
  } finally {
    await stack.stop();
  }
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
