import { SERVICES, type ServiceName } from '@crm/contracts';
import { LocalStackError } from '../errors.js';

const MOST_INSTANCES = 6;
const LAST_PORT = 65_000;

/** What is chosen when a stack is started; the rest follows from it. */
export interface StackSettings {
  /** The gateway's port; all others follow it. */
  readonly basePort: number;
  /** Processes of each service; one where nothing is said. */
  readonly instances: Readonly<Partial<Record<ServiceName, number>>>;
  /** Ports on loopback by which the services reach these, where a proxy stands between. */
  readonly through: Readonly<Partial<Record<'postgres' | 'kafka' | 'redis', number>>>;
  /** Further variables of every service. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where marketing hands over mail; without it the channel e-mail is not connected. */
  readonly smtpUrl?: string;
}

/** What `npm run stack:up` starts when nothing is said. */
export const DEFAULT_SETTINGS: StackSettings = { basePort: 4100, instances: {}, through: {}, environment: {} };

/** Reads a base port as it is written on a command line. */
export function parseBasePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1024 || port > LAST_PORT)
    throw new LocalStackError(`--base-port is a port from 1024 to ${LAST_PORT}, not ${text}`);
  return port;
}

/** Reads `marketing=2,analytics=3`. */
export function parseInstances(text: string): StackSettings['instances'] {
  const entries = text.split(',').map((entry) => {
    const [name = '', count = ''] = entry.split('=');
    const service = SERVICES.find((known) => known === name.trim());
    const number = Number(count);
    if (service === undefined || !/^[1-9]\d*$/.test(count) || number > MOST_INSTANCES)
      throw new LocalStackError(
        `--instances is a list such as marketing=2,analytics=2 with at most ${MOST_INSTANCES} of ${SERVICES.join(', ')}; ${entry} is none`,
      );
    return [service, number] as const;
  });
  return Object.fromEntries(entries);
}
