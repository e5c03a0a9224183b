import { InvalidCloudEvent } from '@crm/contracts';
import type { RecordedEvent } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { publicView, type FeedEvent } from '../feed-event.js';
import { toFeedEvent, toMessage } from './kafka-message.js';
import { toPage } from './relay-page.js';

const recorded: RecordedEvent = {
  lane: 3,
  position: 9_007_199_254_740_993n,
  eventId: '0199a3c0-5e00-7000-8000-000000000001',
  streamId: '0199a3c0-5e00-7000-8000-000000000002',
  category: 'order',
  version: 4,
  key: '0199a3c0-5e00-7000-8000-000000000003',
  schemaVersion: 1,
  type: 'OrderPlaced',
  data: { orderRef: '주문-4711', lines: [{ sku: 'a', quantity: 1 }], note: null },
  meta: { correlationId: 'c-1', causationId: null, actor: 'client:shop' },
  occurredAt: '2026-03-06T15:40:00.000Z',
  recordedAt: '2026-03-06T15:40:01.250Z',
};
const viewOf = (meta: Partial<RecordedEvent['meta']> = {}, isPublic = true): FeedEvent =>
  publicView(
    { ...recorded, meta: { ...recorded.meta, ...meta } },
    ({ data }) => (isPublic ? { type: 'crm.sales.order-placed.v2', data } : undefined),
    'sales',
    '0199a3c0-0000-7000-8000-000000000000',
  );

/** What a broker hands over: bytes. */
const arrived = ({ value, headers }: ReturnType<typeof toMessage>) => ({
  value: Buffer.from(value),
  headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
});

describe('an event as a Kafka message', () => {
  it.each([
    ['a public event', viewOf()],
    ['an event of a loop', viewOf({ causationId: 'e-1', loopId: '0199a3c0-5e00-7000-8000-000000000009', hop: '4-1' })],
    ['a traced event', viewOf({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' })],
    ['an event that its service keeps to itself', viewOf({}, false)],
  ])('comes back as the feed says it: %s', (_, event) => {
    expect(toFeedEvent(arrived(toMessage(event)), 'sales', 3)).toEqual(event);
  });

  it('has the key of the event, the lane as its partition and the data as they are', () => {
    const { key, partition, value, headers } = toMessage(viewOf());
    expect({ key, partition }).toEqual({ key: recorded.key, partition: 3 });
    expect(JSON.parse(value)).toEqual(recorded.data);
    expect(headers).toMatchObject({ ce_source: '/crm/sales', ce_position: '9007199254740993', ce_schemaversion: '2' });
  });

  it('is not read as one of another source or partition, or when it is none', () => {
    const message = arrived(toMessage(viewOf()));
    expect(() => toFeedEvent(message, 'service', 3)).toThrow(InvalidCloudEvent);
    expect(() => toFeedEvent(message, 'sales', 4)).toThrow(InvalidCloudEvent);
    expect(() => toFeedEvent({ value: Buffer.from('{}') }, 'sales', 3)).toThrow(InvalidCloudEvent);
  });
});

describe('a page of the relay', () => {
  const event = (lane: number, position: bigint, bytes: number): FeedEvent => ({
    ...viewOf(),
    lane,
    position,
    data: 'x'.repeat(bytes),
  });

  it('holds a stretch of each lane', () => {
    const { messages, lanes } = toPage([event(0, 5n, 10), event(0, 6n, 10), event(2, 1n, 10)]);
    expect(messages.map(({ partition }) => partition)).toEqual([0, 0, 2]);
    expect([...lanes]).toEqual([
      [0, { last: 6n, events: 2 }],
      [2, { last: 1n, events: 1 }],
    ]);
  });

  it('ends a lane before it is too much for one batch, and leaves nothing out in between', () => {
    const { lanes } = toPage([event(0, 1n, 500_000), event(0, 2n, 500_000), event(0, 3n, 10), event(1, 1n, 500_000)]);
    expect([...lanes]).toEqual([
      [0, { last: 1n, events: 1 }],
      [1, { last: 1n, events: 1 }],
    ]);
  });

  it('lets an event that is larger than that go alone', () => {
    const { lanes } = toPage([event(0, 1n, 2_000_000), event(0, 2n, 10)]);
    expect([...lanes]).toEqual([[0, { last: 1n, events: 1 }]]);
  });
});
