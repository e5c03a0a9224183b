import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumerRunner, ConsumerSignal, ConsumerStatus } from '@crm/messaging';
import { Counter, type Registry } from 'prom-client';
import type { HealthState } from '../health/health.js';
import { addGauge, type Reading } from '../metrics/scraped-gauge.js';

/** A source that takes longer to say where it ends is not waited for. */
const PATIENCE_MS = 1_000;

/** What consumers do and how far they are behind, for Prometheus and the readiness check. */
export class ConsumerMetrics {
  private readonly events: Counter<'consumer' | 'source'>;
  private readonly incidents: Counter<'consumer' | 'kind'>;

  constructor(readonly registry: Registry) {
    const registers = [registry];
    this.events = new Counter({
      name: 'consumer_events_total',
      help: 'Events handled',
      labelNames: ['consumer', 'source'],
      registers,
    });
    this.incidents = new Counter({
      name: 'consumer_incidents_total',
      help: 'Duplicates dropped, gaps filled, back-offs, dead letters, changes of incarnation',
      labelNames: ['consumer', 'kind'],
      registers,
    });
  }

  observe(signal: ConsumerSignal): void {
    if (signal.kind === 'handled') this.events.inc({ consumer: signal.consumer, source: signal.source }, signal.events);
    else this.incidents.inc({ consumer: signal.consumer, kind: signal.kind }, 'events' in signal ? signal.events : 1);
  }

  /** Lag is read when it is scraped, once for all gauges. A source that is down has none: no figure is better than a wrong one. */
  watch(runner: ConsumerRunner): void {
    let reading: Promise<readonly ConsumerStatus[]> | undefined;
    const read = async (gaugeOf: (status: ConsumerStatus) => readonly Reading[]): Promise<readonly Reading[]> => {
      reading ??= runner.status().finally(() => (reading = undefined));
      return (await reading).flatMap(gaugeOf);
    };
    addGauge(this.registry, {
      name: 'consumer_lag_events',
      help: 'Events not handled yet',
      labels: ['consumer', 'source'],
      read: () => read(lagBySource),
    });
    addGauge(this.registry, {
      name: 'consumer_lane_lag_events',
      help: 'Events not handled yet, of the lanes that have any',
      labels: ['consumer', 'source', 'lane'],
      read: () => read(lagByLane),
    });
    addGauge(this.registry, {
      name: 'consumer_held_events',
      help: 'Parked keys, dead letters and waiting events',
      labels: ['consumer', 'kind'],
      read: () => read(heldByKind),
    });
  }

  /**
   * Consumers that are behind, or stopped by a restored source, are for an operator to see; what the service itself knows it
   * answers and takes all the same. So nothing here makes it unready, least of all another service that does not answer.
   */
  async health(runner: ConsumerRunner): Promise<HealthState> {
    const status = await Promise.race([runner.status(), sleep(PATIENCE_MS, undefined, { ref: false })]);
    const lags = new Map(status?.map(({ consumer, sources }) => [consumer, lagOf(sources)]));
    const detail = [...runner.states].map(
      ([consumer, state]) => [consumer, { state, lag: lags.get(consumer) ?? null }] as const,
    );
    return { ok: true, detail: Object.fromEntries(detail) };
  }
}

/** Unknown while one of the sources cannot be asked. */
function lagOf(sources: ConsumerStatus['sources']): number | null {
  return sources.reduce<number | null>((sum, { lag }) => (sum === null || lag === null ? null : sum + Number(lag)), 0);
}

function lagBySource({ consumer, sources }: ConsumerStatus): readonly Reading[] {
  return sources.flatMap(({ source, lag }) =>
    lag === null ? [] : [{ labels: { consumer, source }, value: Number(lag) }],
  );
}

/** Lanes without lag are left out: a scrape has as many series as there is trouble. */
function lagByLane({ consumer, sources }: ConsumerStatus): readonly Reading[] {
  return sources.flatMap(({ source, lanes }) =>
    lanes.flatMap(({ lane, lag }) =>
      lag === null || lag === 0n ? [] : [{ labels: { consumer, source, lane }, value: Number(lag) }],
    ),
  );
}

function heldByKind({ consumer, parkedKeys, deadLetters, waiting }: ConsumerStatus): readonly Reading[] {
  return Object.entries({ 'parked-keys': parkedKeys, 'dead-letters': deadLetters, waiting }).map(([kind, value]) => ({
    labels: { consumer, kind },
    value,
  }));
}
