import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES, type ServiceName } from '@crm/contracts';
import { LANES, newId } from '@crm/event-sourcing';
import { applyTopics, topicOf } from '@crm/messaging';
import {
  createLogger,
  DevelopmentIssuer,
  migrate,
  runService,
  serveDevelopmentIssuer,
  serviceConfig,
  urlVariableOf,
  type Environment,
  type IssuerServer,
  type Role,
  type ServiceConfig,
  type ServiceDefinition,
  type ServiceProcess,
} from '@crm/platform';
import { createTestDatabase, requestUntilRead, until, type TestAnswer, type TestDatabase } from '@crm/testing';

const kafka = (): string => process.env['CRM_TEST_KAFKA'] ?? '127.0.0.1:19092';
const redis = (): string => process.env['CRM_TEST_REDIS'] ?? 'redis://127.0.0.1:6379';

/** Services as processes of their own would be, each on its database; topics and groups under a name of this test's own. */
export class Deployment {
  private readonly namespace = `${newId()}.`;
  private readonly databases = new Map<ServiceName, TestDatabase>();
  private readonly ports = new Map<ServiceName, number>();
  private readonly started = new Set<ServiceProcess>();

  private constructor(
    private readonly folder: string,
    private readonly issuer: DevelopmentIssuer,
    private readonly server: IssuerServer,
  ) {}

  static async open(): Promise<Deployment> {
    const folder = await mkdtemp(join(tmpdir(), 'crm-deployed-'));
    const issuer = await DevelopmentIssuer.open({ folder, nodeEnv: undefined });
    const server = await serveDevelopmentIssuer(issuer, { port: 0, address: '127.0.0.1' });
    const deployment = new Deployment(folder, issuer, server);
    for (const name of SERVICES) deployment.ports.set(name, await freePort());
    return deployment;
  }

  async createTopics(): Promise<void> {
    const settings = { brokers: kafka().split(','), clientId: 'test' };
    const topic = (service: string): string => `${this.namespace}${topicOf(service)}`;
    const plan = { partitions: LANES, replicationFactor: 1, topic };
    await until(() =>
      applyTopics(settings, SERVICES, plan).then(
        () => true,
        () => false,
      ),
    );
  }

  async database({ name, migrations }: ServiceDefinition): Promise<TestDatabase> {
    const known = this.databases.get(name);
    if (known !== undefined) return known;
    const database = await createTestDatabase();
    this.databases.set(name, database);
    await migrate(database.url, migrations);
    return database;
  }

  urlOf(name: ServiceName): string {
    return `http://127.0.0.1:${String(this.ports.get(name))}`;
  }

  /** What an operator would put into the environment of the service. */
  async environment(definition: ServiceDefinition, changes: Environment = {}): Promise<Environment> {
    const port = this.ports.get(definition.name) ?? 0;
    return {
      ...Object.fromEntries(SERVICES.map((name) => [urlVariableOf(name), this.urlOf(name)])),
      CRM_PORT: String(port),
      CRM_MANAGEMENT_PORT: '0',
      CRM_DATABASE_URL: (await this.database(definition)).url,
      CRM_KAFKA_BROKERS: kafka(),
      CRM_REDIS_URL: redis(),
      CRM_ISSUER: this.issuer.issuer,
      CRM_JWKS_URL: `${this.server.url}/dev-issuer/jwks`,
      CRM_TOKEN_URL: `${this.server.url}/dev-issuer/token`,
      CRM_CLIENT_SECRET: this.issuer.clientSecret,
      CRM_DEVELOPMENT_KEYS: 'true',
      ...changes,
    };
  }

  async start(definition: ServiceDefinition, changes: Environment = {}): Promise<ServiceProcess> {
    const config: ServiceConfig = serviceConfig(definition, await this.environment(definition, changes));
    const logger = createLogger({ service: definition.name, level: process.env['CRM_TEST_LOG'] ?? 'silent' });
    const onStuck = (what: string): void => {
      throw new Error(`${what} is stuck`);
    };
    const service = await runService(definition, config, { logger, onStuck, namespace: this.namespace });
    this.started.add(service);
    return service;
  }

  async send(role: Role, method: string, url: string, body?: unknown, readAfter?: string): Promise<TestAnswer> {
    return requestUntilRead(url, {
      method,
      headers: {
        authorization: `Bearer ${await this.token(role)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(readAfter === undefined ? {} : { 'read-after': readAfter }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  token(role: Role): Promise<string> {
    return this.issuer.mint({ sub: `test-${role}`, roles: [role] });
  }

  async close(): Promise<void> {
    await Promise.all([...this.started].map((service) => service.stop()));
    await this.server.close();
    for (const database of this.databases.values()) await database.drop();
    await rm(this.folder, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}
