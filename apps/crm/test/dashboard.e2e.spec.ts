import { analyticsService } from '@crm/analytics';
import { customerInformationService } from '@crm/customer-information';
import { marketingService } from '@crm/marketing';
import { salesService } from '@crm/sales';
import { serviceService } from '@crm/service';
import { dashboardMetrics, exportedMetrics, startTestServices, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let services: TestServices;

beforeAll(async () => {
  services = await startTestServices([
    customerInformationService,
    marketingService,
    salesService,
    serviceService,
    analyticsService,
  ]);
});
afterAll(() => services.stop());

const metrics = async (): Promise<string> => (await fetch(new URL('/metrics', services.managementUrl))).text();

describe('what operators see of running services', () => {
  it('has every metric of the dashboard, but for the relay that these services do without', async () => {
    const asked = [...(await dashboardMetrics())].filter((name) => !name.startsWith('relay_'));
    const exported = exportedMetrics(await metrics());
    expect(asked.filter((name) => !exported.has(name))).toEqual([]);
    expect(asked).toContain('event_append_duration_seconds_bucket');
    expect(asked).toContain('consumer_lane_lag_events');
  });

  it('tells how long appends take, what waits, and who is behind', async () => {
    const order = { partyRef: 'shop:4711', orderRef: 'order-1', orderedAt: '2026-03-01T10:00:00.000Z' };
    const total = { amountMinor: 100, currency: 'EUR' };
    expect((await services.send('admin', 'POST', '/v1/orders', { ...order, total })).status).toBe(201);
    await services.settled();
    const text = await metrics();
    const sample = (name: string, ...labels: readonly string[]): number | undefined => {
      const line = text
        .split('\n')
        .find((one) => one.startsWith(`${name}{`) && labels.every((label) => one.includes(label)));
      return line === undefined ? undefined : Number(line.split(' ').at(-1));
    };
    const [sales, marketing, analytics] = ['sales', 'marketing', 'analytics'].map((name) => `service="${name}"`);
    expect(sample('event_append_duration_seconds_count', 'outcome="appended"', sales!)).toBeGreaterThan(0);
    expect(sample('consumer_lag_events', 'consumer="warehouse"', 'source="sales"', analytics!)).toBe(0);
    expect(sample('consumer_lane_lag_events')).toBeUndefined();
    expect(sample('consumer_held_events', 'kind="dead-letters"', marketing!)).toBe(0);
    // The next look at the memberships waits until it is due.
    const intents = ['waiting', 'due'].map((state) => sample('job_intents', `state="${state}"`, analytics!) ?? NaN);
    expect(intents.reduce((sum, count) => sum + count)).toBe(1);
    expect(sample('job_queue_up', sales!)).toBe(1);
    expect(sample('treatments', 'state="undetermined"', marketing!)).toBe(0);
    expect(text.match(/^process_resident_memory_bytes /gm)).toHaveLength(1);
  });
});
