import { analyticsService } from '@crm/analytics';
import { until } from '@crm/testing';
import type { ServiceProcess } from '@crm/platform';
import { salesService } from '@crm/sales';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Deployment } from './spec-kit/deployment.js';

const anOrder = (day: number): unknown => ({
  orderRef: `shop:${String(day)}`,
  partyRef: 'shop:customer',
  orderedAt: `2026-01-0${String(day)}T12:00:00Z`,
  total: { amountMinor: 1_000, currency: 'EUR' },
});

describe('services that run apart', () => {
  let deployment: Deployment;
  let sales: ServiceProcess;
  let analytics: ServiceProcess;
  beforeAll(async () => {
    deployment = await Deployment.open();
    await deployment.createTopics();
    [sales, analytics] = await Promise.all([deployment.start(salesService), deployment.start(analyticsService)]);
  });
  afterAll(() => deployment.close());

  /** The order's customer, once it is shown. */
  const place = async (at: ServiceProcess, day: number): Promise<string> => {
    const { status, body } = await deployment.send('integration', 'POST', `${at.url}/v1/orders`, anOrder(day));
    expect(status).toBe(201);
    const orders = await deployment.send('sales', 'GET', `${at.url}/v1/orders?limit=1`, undefined, body.readAfter);
    return String(orders.body.items[0].partyId);
  };

  const occasions = async (partyId: string): Promise<number | undefined> => {
    const { status, body } = await deployment.send(
      'analyst',
      'GET',
      `${analytics.url}/v1/customers/${partyId}/features`,
    );
    return status === 200 ? Number(body.occasions) : undefined;
  };

  it('bring an order to the features of its customer over Kafka', async () => {
    const partyId = await place(sales, 1);
    await until(async () => (await occasions(partyId)) === 1);
  });

  it('are ready, and say on the management port alone what they depend on', async () => {
    const ready = await fetch(`${sales.managementUrl}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { checks: { process: { ok: true }, database: { ok: true }, jobs: { ok: true }, kafka: { ok: true } } },
    ]);
    expect(await (await fetch(`${sales.managementUrl}/metrics`)).text()).toContain('relay_lag_events');
    expect((await fetch(`${sales.url}/metrics`)).status).toBe(404);
  });

  it('share the work among instances, and go on without one of them', async () => {
    const second = await deployment.start(salesService, { CRM_PORT: '0' });
    await sales.stop();
    const partyId = await place(second, 2);
    await until(async () => (await occasions(partyId)) === 2);
  });
});
