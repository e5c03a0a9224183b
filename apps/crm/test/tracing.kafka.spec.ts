import { analyticsService } from '@crm/analytics';
import { startTracing, type ServiceProcess, type Tracing } from '@crm/platform';
import { salesService } from '@crm/sales';
import { OtlpReceiver, until } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Deployment } from './spec-kit/deployment.js';

const ORDER = {
  orderRef: 'shop:1',
  partyRef: 'shop:customer',
  orderedAt: '2026-01-01T12:00:00Z',
  total: { amountMinor: 1_000, currency: 'EUR' },
};

describe('a trace over Kafka and Redis', () => {
  let receiver: OtlpReceiver;
  let tracing: Tracing;
  let deployment: Deployment;
  let sales: ServiceProcess;
  let analytics: ServiceProcess;

  beforeAll(async () => {
    receiver = await OtlpReceiver.open();
    tracing = startTracing({ service: 'crm', endpoint: receiver.endpoint });
    deployment = await Deployment.open();
    await deployment.createTopics();
    [sales, analytics] = await Promise.all([deployment.start(salesService), deployment.start(analyticsService)]);
  });
  afterAll(async () => {
    await deployment.close();
    await tracing.stop();
    await receiver.close();
  });

  it('goes on where the topic is read', async () => {
    expect((await deployment.send('integration', 'POST', `${sales.url}/v1/orders`, ORDER)).status).toBe(201);
    const server = await until(() => receiver.spans.find(({ name }) => name === 'POST /v1/orders'));
    const projected = await until(() => receiver.spans.find(({ name }) => name === 'project warehouse'));
    expect(projected).toMatchObject({ traceId: server.traceId, parentSpanId: server.spanId });
  });

  it('goes on in the job that a queue in Redis delivers', async () => {
    expect((await deployment.send('analyst', 'POST', `${analytics.url}/v1/mart-refreshes`, {})).status).toBe(202);
    const server = await until(() => receiver.spans.find(({ name }) => name === 'POST /v1/mart-refreshes'));
    const job = await until(() => receiver.spans.find(({ name }) => name === 'job refresh-mart'));
    expect(job.traceId).toBe(server.traceId);
  });
});
