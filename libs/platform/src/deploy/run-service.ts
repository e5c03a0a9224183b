import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { BullMqQueue } from '@crm/jobs';
import { createTokenVerifier } from '../auth/token-verifier.js';
import { Health, type HealthState } from '../health/health.js';
import { closeServer, listen } from '../host/listening.js';
import type { Logger } from '../logging/logger.js';
import { createRegistry, type Registry } from '../metrics/http-metrics.js';
import { createManagementServer } from '../metrics/management-server.js';
import { processMetrics } from '../metrics/process-metrics.js';
import { openService, type OpenService, type RunningService, type ServiceSettings } from '../service/open-service.js';
import type { ServiceDefinition } from '../service/service-definition.js';
import { startTracing, type Tracing } from '../tracing/tracing.js';
import { callersOf } from './callers.js';
import { databaseReady } from './database-ready.js';
import { FrontDoor } from './front-door.js';
import { ProcessState } from './process-state.js';
import type { ServiceConfig } from './service-config.js';
import { openSources, type Sources } from './sources.js';

/** Of the time for the shutdown: requests in hand first, then jobs; the rest is for consumers and connections. */
const FOR_REQUESTS = 0.5;
const FOR_JOBS = 0.3;

export interface RunOptions {
  readonly logger: Logger;
  /** Told when something will not go on by itself, and only a new process helps. */
  readonly onStuck: (what: string) => void;
  /** What the names of topics and groups begin with, where several deployments share a cluster. Default: nothing. */
  readonly namespace?: string;
}

/** One service as a process. */
export interface ServiceProcess {
  readonly url: string;
  /** Metrics and health, on a port of its own. */
  readonly managementUrl: string;
  readonly service: RunningService;
  /** What is being waited for while it starts or ends. */
  readonly step: string;
  /**
   * Not ready at once; goes on answering for the drain, then takes nothing new, finishes or hands over what it holds, and
   * closes its connections.
   */
  stop(): Promise<void>;
}

/** Starts one service on its own database, with Kafka and Redis; resolves when it takes requests. */
export async function runService(
  definition: ServiceDefinition,
  config: ServiceConfig,
  options: RunOptions,
): Promise<ServiceProcess> {
  const held = new Holdings(definition, config, options);
  try {
    return await held.start();
  } catch (error) {
    await held.giveUp();
    throw error;
  }
}

/** Everything that the process opens, given up in the reverse order. */
class Holdings implements ServiceProcess {
  url = '';
  managementUrl = '';
  private readonly state = new ProcessState();
  private readonly observed: { readonly registry: Registry; readonly health: Health }[];
  private readonly management: Server;
  private door: FrontDoor | undefined;
  private opened: OpenService | undefined;
  private sources: Sources | undefined;
  private running: RunningService | undefined;
  private tracing: Tracing | undefined;
  private stopped: Promise<void> | undefined;

  constructor(
    private readonly definition: ServiceDefinition,
    private readonly config: ServiceConfig,
    private readonly options: RunOptions,
    private readonly registry: Registry = createRegistry(definition.name),
  ) {
    processMetrics().setDefaultLabels({ service: definition.name });
    this.observed = [{ registry: this.registry, health: new Health([this.state]) }];
    this.management = createManagementServer(this.observed);
  }

  get service(): RunningService {
    if (this.running === undefined) throw new Error(`${this.definition.name} is not running`);
    return this.running;
  }

  get step(): string {
    return this.state.step;
  }

  async start(): Promise<this> {
    const { definition, config, options, state } = this;
    this.managementUrl = await listen(this.management, config.managementPort, config.managementAddress);
    if (config.tracing !== undefined)
      this.tracing = startTracing({ service: definition.name, ...config.tracing, logger: options.logger });
    state.step = 'waiting for the database';
    await databaseReady(definition, config, options.logger);
    state.step = 'starting the service';
    this.opened = openService(definition, settingsOf(definition, config, options.logger));
    this.sources = openSources(this.opened, config, options, this.registry);
    this.running = await this.opened.start(this.sources.all);
    const { jobs } = this.running.context;
    const { health } = this.running.http;
    health.add(state);
    health.add(this.sources);
    health.add({ name: 'jobs', check: () => Promise.resolve(stateOfQueue(jobs.queueIsReachable)) });
    this.observed.push(this.running.http);
    this.sources.publish();
    const { fastify } = this.running.http;
    this.door = new FrontDoor((request, response) => fastify.routing(request, response));
    this.url = await this.door.open(config.port, config.address);
    state.running();
    return this;
  }

  stop(): Promise<void> {
    return (this.stopped ??= this.end());
  }

  /** After a start that failed. */
  async giveUp(): Promise<void> {
    await this.door?.close(0);
    await this.running?.quiesce(0);
    await this.sources?.close().catch(() => undefined);
    await this.opened?.close();
    await this.tracing?.stop();
    await closeServer(this.management, 0);
  }

  private async end(): Promise<void> {
    const { config, state } = this;
    state.stopping();
    this.door?.leave();
    await sleep(config.drainMs);
    state.step = 'finishing requests';
    await this.door?.close(config.shutdownMs * FOR_REQUESTS);
    state.step = 'finishing consumers and jobs';
    await this.running?.quiesce(config.shutdownMs * FOR_JOBS);
    state.step = 'leaving the bus';
    await this.sources?.close();
    state.step = 'closing connections';
    await this.running?.close();
    await this.tracing?.stop();
    await closeServer(this.management, 0);
  }
}

/** Without the queue jobs wait in the database, and commands go on being accepted. */
function stateOfQueue(reachable: boolean): HealthState {
  return { ok: true, detail: { state: reachable ? 'up' : 'degraded' } };
}

function settingsOf({ name }: ServiceDefinition, config: ServiceConfig, logger: Logger): ServiceSettings {
  const { issuer, jwksUrl } = config;
  return {
    databaseUrl: config.databaseUrl,
    connections: { work: config.databaseConnections },
    keys: config.keys,
    queue: new BullMqQueue({
      backend: 'redis',
      ...config.redis,
      queue: name,
      onError: (error) => {
        logger.warn({ err: error }, 'the job queue reports an error');
      },
    }),
    ...callersOf(config),
    verifier: createTokenVerifier({ issuer, jwks: jwksUrl, serviceName: name }),
    logger,
    settings: config.settings,
    metricsPublic: config.metricsPublic,
    trustedProxies: config.trustedProxies,
  };
}
