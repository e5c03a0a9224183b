import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES, type ServiceName } from '@crm/contracts';
import { InMemoryEventLog } from '@crm/event-sourcing';
import { BullMqQueue } from '@crm/jobs';
import { LogFeed } from '@crm/messaging';
import {
  createLogger,
  DevelopmentIssuer,
  hostServices,
  type Role,
  type RunningService,
  type ServiceDefinition,
} from '@crm/platform';
import { developmentKeys } from '@crm/privacy';
import { createTestDatabase, type TestDatabase } from './database.js';
import { requestUntilRead, type TestAnswer } from './request-until-read.js';

const TOKEN_SECONDS = 12 * 3_600;

/** Services in this process on databases of their own, spoken to over HTTP. */
export interface TestServices {
  readonly url: string;
  /** Metrics and health of all services. */
  readonly managementUrl: string;
  token(role: Role, sub?: string, ttl?: number): Promise<string>;
  /** Sends a request as somebody of this role, and again as long as `read-after` takes; a body that is no string goes as JSON. */
  send(
    role: Role,
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<TestAnswer>;
  service(name: ServiceName): RunningService;
  databaseUrl(name: ServiceName): string;
  /** Waits until every consumer of every service has handled all that happened, and no job is due. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** What a test sets beside the services themselves. */
export interface TestServicesOptions {
  /** Values of the services' own variables. */
  readonly settings?: Readonly<Partial<Record<ServiceName, Readonly<Record<string, unknown>>>>>;
  /** Databases that exist already, and stay when the services stop. Default: a new one for each service. */
  readonly databases?: ReadonlyMap<ServiceName, TestDatabase>;
}

/** Starts the given services behind one port; the others have nothing to say. */
export async function startTestServices(
  definitions: readonly ServiceDefinition[],
  options: TestServicesOptions = {},
): Promise<TestServices> {
  const folder = await mkdtemp(join(tmpdir(), 'crm-test-'));
  const databases = new Map(options.databases);
  for (const { name } of definitions) if (!databases.has(name)) databases.set(name, await createTestDatabase());
  const databaseUrl = (name: ServiceName): string => databases.get(name)?.url ?? '';
  const issuer = await DevelopmentIssuer.open({ folder, nodeEnv: undefined });
  const host = await hostServices({
    definitions,
    databaseUrl,
    keys: developmentKeys,
    queue: (name) => new BullMqQueue({ backend: 'postgres', url: databaseUrl(name), queue: name }),
    logger: (name) => createLogger({ service: name, level: process.env['CRM_TEST_LOG'] ?? 'silent' }),
    otherFeeds: SERVICES.filter((name) => !databases.has(name)).map(
      (name) => new LogFeed(name, new InMemoryEventLog()),
    ),
    issuer,
    environment: (name) =>
      Object.fromEntries(Object.entries(options.settings?.[name] ?? {}).map(([key, value]) => [key, String(value)])),
    port: 0,
    managementPort: 0,
  });
  const token = (role: Role, sub = `test-${role}`, ttl = TOKEN_SECONDS): Promise<string> =>
    issuer.mint({ sub, roles: [role], ttl });
  const running = [...host.services.values()];
  return {
    url: host.url,
    managementUrl: host.managementUrl ?? '',
    token,
    send: async (role, method, path, body, headers = {}) => {
      const authorization = `Bearer ${await token(role)}`;
      return requestUntilRead(new URL(path, host.url), {
        method,
        headers: {
          authorization,
          ...(body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    },
    service: (name) => {
      const found = host.services.get(name);
      if (found === undefined) throw new Error(`${name} is not running in this test`);
      return found;
    },
    databaseUrl,
    settled: () => settled(running),
    stop: async () => {
      await host.stop();
      for (const [name, database] of databases) if (options.databases?.has(name) !== true) await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A consumer's command may cause the next event or job, so one quiet round is not enough: nothing may have moved in between. */
async function settled(services: readonly RunningService[]): Promise<void> {
  const heads = async (): Promise<string> =>
    (await Promise.all(services.map(({ context }) => context.store.log.heads())))
      .map((lanes) => lanes.join(','))
      .join(' ');
  for (let before = await heads(), quiet = 0; quiet < 2;) {
    for (const { runner, context } of services) {
      await runner.idle();
      await context.jobs.idle();
    }
    const after = await heads();
    quiet = after === before ? quiet + 1 : 0;
    before = after;
  }
}
