import type { Relay, RelaySignal } from '@crm/messaging';
import { Counter, type Registry } from 'prom-client';
import type { HealthState } from '../health/health.js';
import { addGauge } from '../metrics/scraped-gauge.js';

const RECENT_MS = 30_000;

/** What the relay does and how far the topic is behind the log, for Prometheus and the readiness check. */
export class RelayMetrics {
  private readonly published: Counter;
  private readonly incidents: Counter<'kind'>;
  private troubledUntil = 0;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.published = new Counter({ name: 'relay_events_total', help: 'Events brought to the topic', registers });
    this.incidents = new Counter({
      name: 'relay_incidents_total',
      help: 'Back-offs, lanes given up and lanes published again',
      labelNames: ['kind'],
      registers,
    });
  }

  readonly observe = (signal: RelaySignal): void => {
    if (signal.kind === 'published') {
      this.published.inc(signal.events);
      this.troubledUntil = 0;
      return;
    }
    this.incidents.inc({ kind: signal.kind });
    if (signal.kind === 'relay-backing-off') this.troubledUntil = Date.now() + signal.ms + RECENT_MS;
  };

  /** Lag is read when it is scraped. */
  watch(relay: Relay): void {
    addGauge(this.registry, {
      name: 'relay_lag_events',
      help: 'Events of the log that are not on the topic yet',
      labels: ['lane'],
      read: async () => (await relay.status()).lanes.map(({ lane, lag }) => ({ labels: { lane }, value: Number(lag) })),
    });
    addGauge(this.registry, {
      name: 'relay_lanes_held',
      help: 'Lanes that this instance publishes',
      labels: [],
      read: async () => [{ labels: {}, value: (await relay.status()).held.length }],
    });
  }

  /** Without a broker commands go on being accepted, and are published when it is back: degraded, and ready. */
  async health(relay: Relay): Promise<HealthState> {
    const { lanes, held } = await relay.status();
    const lag = Number(lanes.reduce((sum, lane) => sum + lane.lag, 0n));
    return { ok: true, detail: { state: Date.now() < this.troubledUntil ? 'degraded' : 'up', lag, held: held.length } };
  }
}
