import { InMemoryEventLog } from '@crm/event-sourcing';
import { LogFeed, Relay, RELAY_SCHEMA } from '@crm/messaging';
import { createTestDatabase, dashboardMetrics, exportedMetrics, type TestDatabase } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRegistry } from '../metrics/http-metrics.js';
import { RelayMetrics } from './relay-metrics.js';

describe('what operators see of a relay', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(RELAY_SCHEMA);
  });
  afterAll(() => database.drop());

  it('has the metrics of the dashboard, with the lag of every lane', async () => {
    const registry = createRegistry('sales');
    const feed = new LogFeed('sales', new InMemoryEventLog()).published(() => undefined);
    const settings = { brokers: ['127.0.0.1:9'], clientId: 'sales' };
    new RelayMetrics(registry).watch(new Relay({ settings, feed, pool: database.pool }));
    const text = await registry.metrics();
    const exported = exportedMetrics(text);
    const asked = [...(await dashboardMetrics())].filter((name) => name.startsWith('relay_'));
    expect(asked.filter((name) => !exported.has(name))).toEqual([]);
    expect(asked).toContain('relay_lag_events');
    expect(text.match(/^relay_lag_events\{lane="\d+",service="sales"\} 0$/gm)).toHaveLength(16);
  });
});
