import { SERVICES, type ServiceName } from '@crm/contracts';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StackSettings } from './settings.js';

/** From a service's port to its management port, in every way to run the product. */
const MANAGEMENT_OFFSET = 100;
const SERVICE_OFFSET: Readonly<Record<ServiceName, number>> = {
  'customer-information': 1,
  marketing: 2,
  sales: 3,
  service: 4,
  analytics: 5,
};
/** Second and further instances stand behind the first ones. */
const FURTHER_INSTANCES_OFFSET = 40;

/** One process of a service. */
export interface Instance {
  /** `marketing`, `marketing-2`, … */
  readonly process: string;
  readonly service: ServiceName;
  readonly number: number;
  readonly port: number;
  readonly managementPort: number;
}

/** Where everything of a stack is: it follows from the folder and the settings alone. */
export interface StackLayout {
  readonly folder: string;
  readonly logs: string;
  readonly data: string;
  readonly secrets: string;
  readonly ports: {
    readonly gateway: number;
    readonly issuer: number;
    readonly bounces: number;
    readonly postgres: number;
    readonly redis: number;
    readonly kafka: number;
    readonly kafkaController: number;
    /** Of the listener whose clients come through a proxy. */
    readonly kafkaProxied: number;
  };
  readonly instances: readonly Instance[];
}

export function layoutOf(folder: string, { basePort, instances }: StackSettings): StackLayout {
  return {
    folder,
    logs: join(folder, 'logs'),
    data: join(folder, 'data'),
    secrets: join(folder, 'secrets'),
    ports: {
      gateway: basePort,
      issuer: basePort + 9,
      bounces: basePort + 25,
      postgres: basePort + 32,
      redis: basePort + 79,
      kafka: basePort + 92,
      kafkaController: basePort + 93,
      kafkaProxied: basePort + 94,
    },
    instances: SERVICES.flatMap((service) =>
      Array.from({ length: instances[service] ?? 1 }, (_, index) => instanceOf(service, index + 1, basePort)),
    ),
  };
}

/** Where the issuer keeps its key, and the secret by which the services get their tokens. */
export function issuerFolder({ data }: StackLayout): string {
  return join(data, 'issuer');
}

/** Ports of the instances of each service. */
export function instancePorts(instances: readonly Instance[]): ReadonlyMap<ServiceName, readonly number[]> {
  return new Map(
    SERVICES.map((name) => [name, instances.filter(({ service }) => service === name).map(({ port }) => port)]),
  );
}

/** Makes the folders. Only the owner sees secrets; root leaves the way open for database and gateway, which work as others. */
export function makeFolders({ folder, logs, data, secrets }: StackLayout): void {
  const passable = process.getuid?.() === 0 ? 0o711 : 0o700;
  for (const [path, mode] of [[folder, passable] as const, [data, passable] as const, [logs, 0o700] as const])
    make(path, mode);
  make(secrets, 0o700);
}

function make(folder: string, mode: number): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, mode);
}

function instanceOf(service: ServiceName, number: number, basePort: number): Instance {
  const further = number === 1 ? 0 : FURTHER_INSTANCES_OFFSET + (number - 2) * SERVICES.length;
  const port = basePort + further + SERVICE_OFFSET[service];
  return {
    process: number === 1 ? service : `${service}-${number}`,
    service,
    number,
    port,
    managementPort: port + MANAGEMENT_OFFSET,
  };
}
