import { SERVICES } from '@crm/contracts';
import { FeedTransport, KafkaTransport, Leadership, LedTransport, Relay, topicOf } from '@crm/messaging';
import { HttpFeed } from '../feed/http-feed.js';
import type { HealthContributor } from '../health/health.js';
import type { Registry } from '../metrics/http-metrics.js';
import type { EventSource, OpenService } from '../service/open-service.js';
import { RelayMetrics } from './relay-metrics.js';
import type { RunOptions } from './run-service.js';
import type { ServiceConfig } from './service-config.js';

/** How a service that runs by itself hears of events, and how its own become heard. */
export interface Sources extends HealthContributor {
  readonly all: readonly EventSource[];
  /** Begins to bring the service's own events to its topic. */
  publish(): void;
  /** Ends the publishing, then every subscription. */
  close(): Promise<void>;
}

/** The service's own log, which one instance reads at a time; the other services' topics, and their feeds for what is missing. */
export function openSources(
  { definition: { name }, context, ownFeed, publicFeed }: OpenService,
  { kafka: settings }: ServiceConfig,
  { logger, onStuck, namespace = '' }: RunOptions,
  registry: Registry,
): Sources {
  const { pool } = context;
  const leadership = new Leadership({ pool, logger });
  const own = new LedTransport(new FeedTransport([ownFeed]), leadership);
  const topic = (service: string): string => `${namespace}${topicOf(service)}`;
  const topics = new KafkaTransport({ settings, group: `${namespace}crm.${name}`, logger, onStuck, topic });
  const others = SERVICES.filter((service) => service !== name).map(
    (service) => new HttpFeed(service, context.services),
  );
  const metrics = new RelayMetrics(registry);
  const relay = new Relay({ settings, feed: publicFeed, pool, logger, topic, observe: metrics.observe });
  metrics.watch(relay);
  return {
    name: 'kafka',
    all: [{ feed: ownFeed, transport: own }, ...others.map((feed) => ({ feed, transport: topics }))],
    publish: () => {
      relay.start();
    },
    check: () => metrics.health(relay),
    close: async () => {
      await relay.stop();
      await Promise.all([own.close(), topics.close()]);
      await leadership.close();
    },
  };
}
