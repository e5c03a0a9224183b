import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ServiceName } from '@crm/contracts';
import type { QueueBackend } from '@crm/jobs';
import { FeedTransport, type Feed } from '@crm/messaging';
import type { PrivacyKeys } from '@crm/privacy';
import { Type } from '@sinclair/typebox';
import type { DevelopmentIssuer } from '../auth/development-issuer.js';
import { ServiceTokens, type TokenSource } from '../auth/service-tokens.js';
import { createTokenVerifier } from '../auth/token-verifier.js';
import { loadConfig } from '../config/config.js';
import type { HttpLimits } from '../http/http-app.js';
import type { Logger } from '../logging/logger.js';
import { createManagementServer } from '../metrics/management-server.js';
import {
  openService,
  type EventSource,
  type OpenService,
  type RunningService,
  type ServiceSettings,
} from '../service/open-service.js';
import { migrate } from '../service/migrations.js';
import type { ServiceDefinition } from '../service/service-definition.js';
import { problem } from '../errors/problem.js';
import { createFront } from './front.js';
import { closeServer, listen } from './listening.js';

const LOOPBACK = '127.0.0.1';
const NO_SETTINGS = Type.Object({});

/** Several services in one process: each with its own database, keys, cursors and modules, all behind one port. */
export interface HostOptions {
  readonly definitions: readonly ServiceDefinition[];
  readonly databaseUrl: (service: ServiceName) => string;
  readonly keys: (service: ServiceName) => PrivacyKeys;
  readonly queue: (service: ServiceName) => QueueBackend;
  readonly logger: (service: ServiceName) => Logger;
  readonly issuer: DevelopmentIssuer;
  /** Where the variables of a service's own `settings` are read. Default: nowhere, so that their defaults hold. */
  readonly environment?: (service: ServiceName) => Readonly<Record<string, string | undefined>>;
  /** Public events of services that run elsewhere. */
  readonly otherFeeds?: readonly Feed[];
  /** 0 for any free port. */
  readonly port: number;
  /** Address to listen on. Default: loopback. */
  readonly address?: string;
  readonly metricsPublic?: boolean;
  /** Metrics and health of all services on a port of its own, on loopback; 0 for any free one. Default: none. */
  readonly managementPort?: number | undefined;
  readonly limits?: HttpLimits;
}

export interface Host {
  readonly url: string;
  /** Where the management port is, if there is one. */
  readonly managementUrl: string | undefined;
  readonly services: ReadonlyMap<ServiceName, RunningService>;
  /** Stops taking requests, lets every service finish or hand over what it holds, and closes all connections. */
  stop(): Promise<void>;
}

/** Starts the services; resolves when all of them take requests. */
export async function hostServices(options: HostOptions): Promise<Host> {
  const server = createServer();
  // An import may take as long as it needs; idle connections are ended by the keep-alive time-out.
  server.requestTimeout = 0;
  server.on('request', refuseWhileStarting);
  const url = await listen(server, options.port, options.address ?? LOOPBACK);
  const opened: OpenService[] = [];
  const running: RunningService[] = [];
  try {
    for (const definition of options.definitions) {
      await migrate(options.databaseUrl(definition.name), definition.migrations);
      opened.push(openService(definition, settingsOf(definition, options, url)));
    }
    const sources = sourcesOf(opened, options.otherFeeds ?? []);
    for (const service of opened) running.push(await service.start(sources(service)));
    const front = await createFront(running, options.issuer, options.metricsPublic === true);
    const management = await openManagement(running, options.managementPort);
    server.off('request', refuseWhileStarting).on('request', front.handle);
    return {
      url,
      managementUrl: management?.url,
      services: new Map(running.map((service) => [service.name, service])),
      stop: async () => {
        await closeServer(server);
        if (management !== undefined) await closeServer(management.server);
        await front.close();
        await Promise.all(running.map((service) => service.quiesce()));
        await Promise.all(running.map((service) => service.close()));
      },
    };
  } catch (error) {
    await closeServer(server);
    await Promise.all(running.map((service) => service.quiesce()));
    await Promise.all(opened.map((service) => service.close()));
    throw error;
  }
}

async function openManagement(
  services: readonly RunningService[],
  port: number | undefined,
): Promise<{ readonly server: Server; readonly url: string } | undefined> {
  if (port === undefined) return undefined;
  const server = createManagementServer(services.map(({ http }) => http));
  return { server, url: await listen(server, port, LOOPBACK) };
}

/** Services call each other while they start, so the port is open before all of them are there. */
function refuseWhileStarting(_request: IncomingMessage, response: ServerResponse): void {
  response
    .writeHead(503, { 'Content-Type': 'application/problem+json', 'Retry-After': '1' })
    .end(JSON.stringify(problem('starting')));
}

/** A service sees its own stored events and the others' public ones; what is public is read once for all of them. */
function sourcesOf(
  all: readonly OpenService[],
  elsewhere: readonly Feed[],
): (service: OpenService) => readonly EventSource[] {
  const shared = new FeedTransport([...all.map(({ publicFeed }) => publicFeed), ...elsewhere]);
  return (service) => {
    const own = { feed: service.ownFeed, transport: new FeedTransport([service.ownFeed]) };
    const others = all.filter((other) => other !== service).map(({ publicFeed }) => publicFeed);
    return [own, ...[...others, ...elsewhere].map((feed) => ({ feed, transport: shared }))];
  };
}

function settingsOf(definition: ServiceDefinition, options: HostOptions, url: string): ServiceSettings {
  const { issuer, metricsPublic, limits } = options;
  const { name } = definition;
  return {
    databaseUrl: options.databaseUrl(name),
    keys: options.keys(name),
    queue: options.queue(name),
    logger: options.logger(name),
    tokens: new ServiceTokens(tokenSource(issuer, name)),
    verifier: createTokenVerifier({ issuer: issuer.issuer, jwks: issuer.jwks, serviceName: name }),
    urlOf: () => url,
    settings: loadConfig(definition.settings ?? NO_SETTINGS, options.environment?.(name) ?? {}),
    metricsPublic,
    limits,
  };
}

/** The client-credentials grant, asked of the issuer in the same process. */
function tokenSource(issuer: DevelopmentIssuer, service: ServiceName): TokenSource {
  return async (audience) => {
    const { body } = await issuer.grant({
      grant_type: 'client_credentials',
      client_id: service,
      client_secret: issuer.clientSecret,
      audience,
    });
    return { token: String(body['access_token']), lifeMs: Number(body['expires_in']) * 1000 };
  };
}
