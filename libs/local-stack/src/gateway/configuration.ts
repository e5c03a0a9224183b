import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../config.js';
import { LocalStackError } from '../errors.js';

const TEMPLATE = join(repository, 'infra', 'gateway', 'nginx.conf.template');
const VARIABLE = /\$\{(CRM_GATEWAY_[A-Z_]+)\}/g;

/** What the gateway stands before. */
export interface GatewayTargets {
  /** Ports of the instances of each service. */
  readonly instances: ReadonlyMap<string, readonly number[]>;
  readonly issuerPort: number;
}

export interface GatewayOptions extends GatewayTargets {
  readonly port: number;
  /** For its configuration, its pid and temporary files. */
  readonly folder: string;
}

/** The configuration that compose and Kubernetes use too, with everything on loopback. */
export function gatewayConfiguration(options: GatewayOptions): string {
  const values = new Map([
    ['CRM_GATEWAY_LISTEN', `127.0.0.1:${options.port}`],
    ['CRM_GATEWAY_FOLDER', options.folder],
    ['CRM_GATEWAY_ISSUER', serversOf([options.issuerPort])],
    ['CRM_GATEWAY_DEVELOPMENT', 'true'],
    ...[...options.instances].map(
      ([service, ports]) => [`CRM_GATEWAY_${service.replaceAll('-', '_').toUpperCase()}`, serversOf(ports)] as const,
    ),
  ]);
  return readFileSync(TEMPLATE, 'utf8').replaceAll(VARIABLE, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new LocalStackError(`the gateway's template asks for ${name}`);
    return value;
  });
}

/** An instance that does not answer is left alone for a second. */
function serversOf(ports: readonly number[]): string {
  return ports.map((port) => `server 127.0.0.1:${port} max_fails=1 fail_timeout=1s;`).join(' ');
}
