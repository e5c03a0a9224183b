import type { ConsumerRunner, ConsumerSignal } from '@crm/messaging';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { HealthState } from '../health/health.js';

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

  /** Lag is read when it is scraped. */
  watch(runner: ConsumerRunner): void {
    const registers = [this.registry];
    const lag = new Gauge({
      name: 'consumer_lag_events',
      help: 'Events not handled yet',
      labelNames: ['consumer', 'source'],
      registers,
      collect: async () => {
        for (const { consumer, sources } of await runner.status())
          for (const { source, lag: behind } of sources) lag.set({ consumer, source }, Number(behind));
      },
    });
    const held = new Gauge({
      name: 'consumer_held_events',
      help: 'Parked keys, dead letters and waiting events',
      labelNames: ['consumer', 'kind'],
      registers,
      collect: async () => {
        for (const { consumer, parkedKeys, deadLetters, waiting } of await runner.status()) {
          held.set({ consumer, kind: 'parked-keys' }, parkedKeys);
          held.set({ consumer, kind: 'dead-letters' }, deadLetters);
          held.set({ consumer, kind: 'waiting' }, waiting);
        }
      },
    });
  }

  /** A consumer that is behind is alive; one that stopped for good is not. */
  async health(runner: ConsumerRunner): Promise<HealthState> {
    const consumers = await runner.status();
    const detail = Object.fromEntries(
      consumers.map(({ consumer, state, sources }) => [
        consumer,
        { state, lag: sources.reduce((sum, source) => sum + Number(source.lag), 0) },
      ]),
    );
    return { ok: consumers.every(({ state }) => state !== 'incarnation-changed'), detail };
  }
}
