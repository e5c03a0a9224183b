import { startEmbeddedPostgres } from '@crm/embedded-postgres';
import { join } from 'node:path';
import { environment } from '../config.js';
import { LocalStackError } from '../errors.js';
import { gatewayAnswers, startGateway } from '../gateway/gateway.js';
import { startKafka } from '../kafka/kafka.js';
import { kafkaAnswers } from '../kafka/readiness.js';
import { httpAnswers } from '../processes/http.js';
import { identify, kill, type ProcessIdentity } from '../processes/identity.js';
import { isTaken } from '../processes/ports.js';
import { spawnLogged, untilReady, type ProgramToRun } from '../processes/spawn-logged.js';
import { redisAnswers, startRedis } from '../redis/redis.js';
import { instancePorts, issuerFolder, type Instance, type StackLayout } from './layout.js';
import { keepDatabaseUrls } from './databases.js';
import { mainOf } from './product.js';
import { serviceEnvironment } from './service-environment.js';
import type { StackSettings } from './settings.js';

const SERVICE_READY_MS = 120_000;
const ISSUER_READY_MS = 120_000;

type OnSpawn = (identity: ProcessIdentity) => void;

/** How one process of the stack is started and stopped. */
export interface StackProcess {
  readonly name: string;
  readonly port: number;
  /** Every port that it listens on. */
  readonly ports: readonly number[];
  /** Starts it and waits until it is ready; `onSpawn` is told before. A service takes further variables. */
  readonly start: (onSpawn: OnSpawn, further?: Readonly<Record<string, string>>) => Promise<void>;
  readonly isReady: () => Promise<boolean>;
  /** Asks it to finish what it holds and end. */
  readonly stopSignal: NodeJS.Signals;
  readonly stopLimitMs: number;
}

/** Processes that are started one after the other; those of one step at the same time. */
export interface StackPlan {
  readonly infrastructure: readonly StackProcess[];
  readonly issuer: StackProcess;
  readonly services: readonly StackProcess[];
  readonly gateway: StackProcess;
}

/** Everything that runs, in the order in which it needs each other. */
export function planOf(layout: StackLayout, settings: StackSettings): StackPlan {
  return {
    infrastructure: [postgresProcess(layout, settings), kafkaProcess(layout, settings), redisProcess(layout)],
    issuer: issuerProcess(layout),
    services: layout.instances.map((instance) => serviceProcess(layout, settings, instance)),
    gateway: gatewayProcess(layout),
  };
}

/** The processes of a plan, in the order in which they are started. */
export function processesOf({ infrastructure, issuer, services, gateway }: StackPlan): readonly StackProcess[] {
  return [...infrastructure, issuer, ...services, gateway];
}

function postgresProcess(layout: StackLayout, settings: StackSettings): StackProcess {
  const { data, ports } = layout;
  return {
    name: 'postgres',
    port: ports.postgres,
    ports: [ports.postgres],
    start: async (onSpawn) => {
      const server = await startEmbeddedPostgres({ dataDir: join(data, 'postgres'), port: ports.postgres });
      server.leave();
      keepDatabaseUrls(layout, settings, (database) => server.url(database));
      const identity = identify(server.pid);
      if (identity === undefined) throw new LocalStackError('PostgreSQL ended as soon as it was ready');
      onSpawn(identity);
    },
    isReady: () => isTaken(ports.postgres),
    // Others make it wait until its clients have gone.
    stopSignal: 'SIGINT',
    stopLimitMs: 60_000,
  };
}

function kafkaProcess({ data, logs, ports }: StackLayout, { through }: StackSettings): StackProcess {
  return {
    name: 'kafka',
    port: ports.kafka,
    ports: [ports.kafka, ports.kafkaController, ...(through.kafka === undefined ? [] : [ports.kafkaProxied])],
    start: async (onSpawn) => {
      await startKafka({
        dataDir: join(data, 'kafka'),
        log: join(logs, 'kafka.log'),
        port: ports.kafka,
        controllerPort: ports.kafkaController,
        ...(through.kafka === undefined
          ? {}
          : { proxied: { port: ports.kafkaProxied, advertisedPort: through.kafka } }),
        onSpawn,
      });
    },
    isReady: () => kafkaAnswers(ports.kafka),
    stopSignal: 'SIGTERM',
    stopLimitMs: 60_000,
  };
}

function redisProcess({ data, logs, ports }: StackLayout): StackProcess {
  return {
    name: 'redis',
    port: ports.redis,
    ports: [ports.redis],
    start: async (onSpawn) => {
      await startRedis({ dataDir: join(data, 'redis'), log: join(logs, 'redis.log'), port: ports.redis, onSpawn });
    },
    isReady: () => redisAnswers(ports.redis),
    stopSignal: 'SIGTERM',
    stopLimitMs: 10_000,
  };
}

function issuerProcess(layout: StackLayout): StackProcess {
  const url = `http://127.0.0.1:${layout.ports.issuer}/dev-issuer/jwks`;
  const program = (): ProgramToRun => ({
    name: 'issuer',
    command: process.execPath,
    args: [mainOf('crm'), 'dev-issuer', '--folder', issuerFolder(layout)],
    cwd: layout.folder,
    env: {
      ...environment.ofPrograms(),
      NODE_ENV: 'development',
      CRM_ADDRESS: '127.0.0.1',
      CRM_PORT: String(layout.ports.issuer),
    },
    log: join(layout.logs, 'issuer.log'),
  });
  return {
    name: 'issuer',
    port: layout.ports.issuer,
    ports: [layout.ports.issuer],
    start: (onSpawn) => startProgram({ ...program(), onSpawn }, () => httpAnswers(url), ISSUER_READY_MS),
    isReady: () => httpAnswers(url),
    stopSignal: 'SIGTERM',
    stopLimitMs: 10_000,
  };
}

function serviceProcess(layout: StackLayout, settings: StackSettings, instance: Instance): StackProcess {
  const isReady = () => httpAnswers(`http://127.0.0.1:${instance.managementPort}/health/ready`);
  const program = (further: Readonly<Record<string, string>>): ProgramToRun => ({
    name: instance.process,
    command: process.execPath,
    args: [mainOf(instance.service), 'start'],
    cwd: layout.folder,
    env: { ...serviceEnvironment(layout, settings, instance), ...further },
    log: join(layout.logs, `${instance.process}.log`),
  });
  return {
    name: instance.process,
    port: instance.port,
    ports: [instance.port, instance.managementPort],
    start: (onSpawn, further = {}) => startProgram({ ...program(further), onSpawn }, isReady, SERVICE_READY_MS),
    isReady,
    stopSignal: 'SIGTERM',
    stopLimitMs: 40_000,
  };
}

function gatewayProcess({ folder, logs, instances, ports }: StackLayout): StackProcess {
  return {
    name: 'gateway',
    port: ports.gateway,
    ports: [ports.gateway],
    start: async (onSpawn) => {
      await startGateway({
        folder: join(folder, 'gateway'),
        log: join(logs, 'gateway.log'),
        port: ports.gateway,
        instances: instancePorts(instances),
        issuerPort: ports.issuer,
        onSpawn,
      });
    },
    isReady: () => gatewayAnswers(ports.gateway),
    // Lets it answer what it has begun.
    stopSignal: 'SIGQUIT',
    stopLimitMs: 10_000,
  };
}

async function startProgram(program: ProgramToRun, isReady: () => Promise<boolean>, withinMs: number): Promise<void> {
  const started = await spawnLogged(program);
  try {
    await untilReady(program.name, started, isReady, withinMs);
  } catch (error) {
    await kill(started);
    throw error;
  }
}
