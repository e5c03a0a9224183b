import type { ServiceName } from '@crm/contracts';
import { EventStore, PostgresEventLog, Upcasters, createPool, type RecordedEvent } from '@crm/event-sourcing';
import { Jobs, type QueueBackend } from '@crm/jobs';
import {
  ConsumerRunner,
  LogFeed,
  type Feed,
  type FeedWithHistory,
  type Projection,
  type Transport,
} from '@crm/messaging';
import { BlindIndex, PostgresKeyRing, Vault, type PrivacyKeys } from '@crm/privacy';
import type { PublicEvent } from '@crm/contracts';
import type { ServiceTokens } from '../auth/service-tokens.js';
import type { TokenVerifier } from '../auth/token-verifier.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { createHttpApp, type HttpApp, type HttpLimits } from '../http/http-app.js';
import { tellFutureBy } from '../http/times.js';
import type { Logger } from '../logging/logger.js';
import { assertNotRestoring } from '../backup/restore-mark.js';
import { appendMetrics } from '../metrics/append-metrics.js';
import { createRegistry, type Registry } from '../metrics/http-metrics.js';
import { addJobMetrics } from '../metrics/job-metrics.js';
import { addGauge } from '../metrics/scraped-gauge.js';
import { ConsumerMetrics } from './consumer-metrics.js';
import { partyErasure, publishErasure } from './erase-parties.js';
import { readAfterGate } from './read-after-gate.js';
import { ServiceClients } from './service-clients.js';
import { ServiceContext } from './service-context.js';
import type { ServiceDefinition } from './service-definition.js';
import { serviceModule } from './service-module.js';

/** For the log, and for everything else. */
const CONNECTIONS = { store: 4, work: 12 };
/** Jobs of one name in hand at once, unless its definition says otherwise. */
const JOBS_AT_ONCE = 4;

/** Where and with what a service runs; the same for every service of a deployment but for its own database and keys. */
export interface ServiceSettings {
  readonly databaseUrl: string;
  readonly keys: PrivacyKeys;
  readonly queue: QueueBackend;
  readonly tokens: ServiceTokens;
  readonly verifier: TokenVerifier;
  readonly urlOf: (service: ServiceName) => string;
  readonly logger: Logger;
  /** Values of the definition's own variables. Default: none. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Connections to the database at most. */
  readonly connections?: { readonly store?: number; readonly work: number } | undefined;
  readonly metricsPublic?: boolean | undefined;
  readonly trustedProxies?: string | undefined;
  readonly limits?: HttpLimits | undefined;
}

/** How the events of one service reach the others. */
export interface EventSource {
  readonly feed: Feed;
  readonly transport: Transport;
}

/** A service whose database is up to date and whose log can be read; nothing moves yet. */
export interface OpenService {
  readonly definition: ServiceDefinition;
  readonly context: ServiceContext;
  /** Its stored events, for itself. */
  readonly ownFeed: Feed;
  /** Its public events, for the others. */
  readonly publicFeed: FeedWithHistory;
  /** Begins to follow events, work off jobs and answer requests. */
  start(sources: readonly EventSource[]): Promise<RunningService>;
  close(): Promise<void>;
}

export interface RunningService {
  readonly name: ServiceName;
  readonly context: ServiceContext;
  readonly http: HttpApp;
  readonly runner: ConsumerRunner;
  readonly projections: readonly Projection[];
  /** Of every source that it follows, its own included. */
  readonly feeds: readonly Feed[];
  /** Takes nothing new, and finishes or hands over what it holds, jobs after the grace; others can still read its events. */
  quiesce(graceMs?: number): Promise<void>;
  /** Closes its connections; after `quiesce`. */
  close(): Promise<void>;
}

/** Opens the log of a service whose database is up to date. */
export function openService(definition: ServiceDefinition, settings: ServiceSettings): OpenService {
  const connect = (purpose: string, max: number): ReturnType<typeof createPool> =>
    createPool({
      url: settings.databaseUrl,
      max,
      applicationName: `${definition.name} ${purpose}`,
      searchPath: ['rm', 'public'],
    });
  const { store, work } = { ...CONNECTIONS, ...settings.connections };
  const storePool = connect('store', store);
  const pool = connect('work', work);
  const registry = createRegistry(definition.name);
  const databaseClock = new DatabaseClock(pool, settings.logger);
  const context = contextOf(definition, settings, { storePool, pool, registry, databaseClock });
  const publish = (event: RecordedEvent): PublicEvent | undefined =>
    publishErasure(definition.name, event) ?? definition.publish(event);
  const ownFeed = new LogFeed(definition.name, context.store.log, { upcast: (event) => context.store.upcast(event) });
  const publicFeed = ownFeed.published(publish);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= Promise.all([storePool.end(), pool.end()]).then(() => undefined));
  return {
    definition,
    context,
    ownFeed,
    publicFeed,
    close,
    start: (sources) =>
      startService({ definition, settings, context, registry, databaseClock, ownFeed, publicFeed, close }, sources),
  };
}

function contextOf(
  definition: ServiceDefinition,
  settings: ServiceSettings,
  {
    storePool,
    pool,
    registry,
    databaseClock,
  }: Readonly<Record<'storePool' | 'pool', ReturnType<typeof createPool>>> & {
    readonly registry: Registry;
    readonly databaseClock: DatabaseClock;
  },
): ServiceContext {
  const { keys, logger } = settings;
  const clock = databaseClock.now;
  const keyRing = new PostgresKeyRing(pool, keys.keks);
  const vault = new Vault(keyRing);
  const store = new EventStore(new PostgresEventLog(storePool), {
    codec: vault,
    upcasters: new Upcasters(definition.upcasters),
    clock,
    onAppend: appendMetrics(registry),
  });
  const jobs = new Jobs({
    pool,
    queue: settings.queue,
    onError: (error, jobId) => {
      logger.warn({ err: error, jobId }, 'a job did not succeed');
    },
  });
  return new ServiceContext({
    name: definition.name,
    store,
    pool,
    vault,
    keyRing,
    blindIndex: new BlindIndex(keys.indexKey),
    jobs,
    services: new ServiceClients(settings.tokens, settings.urlOf),
    referenceKey: keys.referenceKey,
    settings: settings.settings ?? {},
    clock,
    logger,
  });
}

type Opened = Pick<OpenService, 'definition' | 'context' | 'ownFeed' | 'publicFeed' | 'close'> & {
  readonly settings: ServiceSettings;
  readonly registry: Registry;
  readonly databaseClock: DatabaseClock;
};

async function startService(opened: Opened, sources: readonly EventSource[]): Promise<RunningService> {
  const { definition, context, databaseClock } = opened;
  await assertNotRestoring(context.pool);
  const metrics = new ConsumerMetrics(opened.registry);
  const projections = definition.projections(context);
  const erasure = partyErasure(context, definition.erasure?.(context) ?? []);
  const runner = new ConsumerRunner({
    service: definition.name,
    pool: context.pool,
    sources,
    projections,
    reactors: [...definition.reactors(context), erasure.reactor],
    logger: context.logger,
    observe: (signal) => {
      metrics.observe(signal);
    },
  });
  const http = await openHttp(opened, sources, runner, metrics);
  for (const job of [...(definition.jobs?.(context) ?? []), erasure.job])
    context.jobs.handle(job.name, job.handle, { concurrency: job.concurrency ?? JOBS_AT_ONCE });
  const quiesce = async (graceMs?: number): Promise<void> => {
    databaseClock.stop();
    await http.app.close();
    await Promise.all([runner.stop(), context.jobs.stop(graceMs)]);
    await definition.onStop?.(context);
  };
  try {
    await databaseClock.start();
    tellFutureBy(databaseClock.now);
    await context.jobs.start();
    await runner.start();
    await definition.onStart?.(context);
  } catch (error) {
    await quiesce();
    await opened.close();
    throw error;
  }
  const feeds = sources.map(({ feed }) => feed);
  return { name: definition.name, context, http, runner, projections, feeds, quiesce, close: opened.close };
}

async function openHttp(
  { definition, context, settings, publicFeed }: Opened,
  sources: readonly EventSource[],
  runner: ConsumerRunner,
  metrics: ConsumerMetrics,
): Promise<HttpApp> {
  const http = await createHttpApp({
    module: serviceModule({ definition, context, publicFeed, runner, sources }),
    serviceName: definition.name,
    logger: settings.logger,
    verifier: settings.verifier,
    pool: context.pool,
    fingerprintKey: settings.keys.indexKey,
    incarnation: () => publicFeed.incarnation(),
    readAfterGate: readAfterGate(runner),
    registry: metrics.registry,
    metricsPublic: settings.metricsPublic,
    trustedProxies: settings.trustedProxies,
    limits: settings.limits,
    clock: context.clock,
  });
  metrics.watch(runner);
  addJobMetrics(metrics.registry, context.jobs);
  for (const gauge of definition.metrics?.(context) ?? []) addGauge(metrics.registry, gauge);
  http.health.add({
    name: 'database',
    check: async () => ({ ok: (await context.pool.query('SELECT 1')).rowCount === 1 }),
  });
  http.health.add({ name: 'consumers', check: () => metrics.health(runner) });
  return http;
}
