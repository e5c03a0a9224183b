import { until } from '@crm/testing';
import { describe, expect, it } from '@jest/globals';
import type { EachBatchPayload } from 'kafkajs';
import { BATCH } from '../feed.js';
import type { FeedEvent } from '../feed-event.js';
import { silentLogger } from '../signals.js';
import { DeliveryPump, FETCH_EVERY_MS, type SettledOffset } from './delivery-pump.js';
import { toMessage } from './kafka-message.js';
import { PartitionBatch } from './partition-batch.js';

const event = (lane: number, position: number): FeedEvent => ({
  source: 'sales',
  incarnation: 'first',
  lane,
  position: BigInt(position),
  eventId: `${String(lane)}-${String(position)}`,
  streamId: 's',
  category: '',
  version: 0,
  key: 'k',
  schemaVersion: 1,
  type: 'crm.sales.order-placed.v1',
  data: {},
  meta: { correlationId: 'c', causationId: null, actor: 'service:sales' },
  occurredAt: '2026-03-06T15:40:00.000Z',
  recordedAt: '2026-03-06T15:40:00.000Z',
});

/** What the client hands over of one partition, with what became of it. */
function fetched(partition: number, events: number) {
  const state = { running: true, resolved: [] as string[] };
  const messages = Array.from({ length: events }, (_, index) => {
    const { key, value, headers } = toMessage(event(partition, index + 1));
    return {
      key: Buffer.from(key),
      value: Buffer.from(value),
      headers,
      offset: String(index),
      timestamp: '0',
      attributes: 0,
    };
  });
  const payload = {
    batch: { topic: 'sales', partition, messages },
    resolveOffset: (offset: string) => state.resolved.push(offset),
    heartbeat: () => Promise.resolve(),
    isRunning: () => state.running,
    isStale: () => false,
  } as unknown as EachBatchPayload;
  return { state, batch: new PartitionBatch(payload, 'sales', silentLogger) };
}

function pumpTo(deliver: (events: readonly FeedEvent[]) => Promise<void>) {
  const settled: SettledOffset[] = [];
  const asked: string[] = [];
  const subscriber = {
    consumer: 'reader',
    source: 'sales',
    positions: () => {
      asked.push('positions');
      return Promise.resolve([]);
    },
    failed: () => undefined,
    recovered: () => undefined,
    deliver: (events: readonly FeedEvent[]) => {
      asked.push('deliver');
      return deliver(events);
    },
  };
  return { pump: new DeliveryPump(subscriber, (offsets) => settled.push(...offsets)), settled, asked };
}

describe('deliveries of what was fetched', () => {
  it('hold what several partitions have, at most a batch, each partition in order', async () => {
    const deliveries: (readonly FeedEvent[])[] = [];
    const { pump, settled } = pumpTo((events) => Promise.resolve(void deliveries.push(events)));
    const partitions = [fetched(0, BATCH + 100), fetched(1, 30), fetched(2, 100)];
    await Promise.all(partitions.map(({ batch }) => pump.deliver(batch)));
    expect(deliveries.every((events) => events.length <= BATCH)).toBe(true);
    expect(deliveries.length).toBeLessThanOrEqual(3);
    for (const [lane, count] of [BATCH + 100, 30, 100].entries())
      expect(
        deliveries
          .flat()
          .filter((one) => one.lane === lane)
          .map(({ position }) => Number(position)),
      ).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(Object.fromEntries(settled.map(({ partition, offset }) => [partition, offset]))).toEqual({
      0: String(BATCH + 99),
      1: '29',
      2: '99',
    });
  });

  it('begin with the cursor of the consumer, which is asked again after a refusal', async () => {
    let refusals = 2;
    const { pump, asked } = pumpTo(() => (refusals-- > 0 ? Promise.reject(new Error('not now')) : Promise.resolve()));
    await pump.deliver(fetched(0, 3).batch);
    expect(asked).toEqual(['positions', 'deliver', 'positions', 'deliver', 'positions', 'deliver']);
  });

  it('count as read only once they are taken', async () => {
    let release: () => void = () => undefined;
    const { pump } = pumpTo(() => new Promise((resolve) => (release = resolve)));
    const { batch, state } = fetched(0, 3);
    const done = pump.deliver(batch);
    await until(() => batch.isThrough);
    expect(state.resolved).toEqual([]);
    release();
    await done;
    expect(state.resolved).toEqual(['2']);
  });

  it('are not followed by the next fetch at once, so that it brings more', async () => {
    const { pump } = pumpTo(() => Promise.resolve());
    const startedAt = performance.now();
    await pump.deliver(fetched(0, 3).batch);
    // Timers count whole milliseconds, by a clock of their own.
    expect(performance.now() - startedAt).toBeGreaterThan(FETCH_EVERY_MS / 2);
  });

  it('end with the partition: what is under way may finish, the rest is handed back with the reason', async () => {
    const deliveries: (readonly FeedEvent[])[] = [];
    let release: () => void = () => undefined;
    const { pump, settled } = pumpTo((events) => {
      deliveries.push(events);
      return new Promise((resolve) => (release = resolve));
    });
    const { batch } = fetched(0, BATCH + 400);
    const done = pump.deliver(batch);
    const rejected = expect(done).rejects.toThrow('the group rebalances');
    await until(() => deliveries.length === 1);
    const given = pump.giveUp(new Error('the group rebalances'), () => Promise.resolve());
    release();
    await given;
    await rejected;
    expect(deliveries).toHaveLength(1);
    expect(settled).toEqual([{ partition: 0, offset: String(BATCH - 1) }]);
  });

  it('end with the subscription', async () => {
    const deliveries: (readonly FeedEvent[])[] = [];
    const { pump } = pumpTo((events) => Promise.resolve(void deliveries.push(events)));
    await pump.close();
    await pump.deliver(fetched(0, 3).batch);
    expect(deliveries).toEqual([]);
  });
});
