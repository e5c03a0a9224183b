import { InMemoryEventLog, laneOf, newId } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { Delivery } from './delivery.js';
import { BATCH, fromStart } from './feed.js';
import type { FeedEvent } from './feed-event.js';
import { LogFeed } from './log-feed.js';
import { silentLogger, type ConsumerSignal } from './signals.js';

const EVENTS = 2 * BATCH + 300;

describe('a delivery that left out more events than one read gives', () => {
  it('is filled in order, and each event that was filled in is counted once', async () => {
    const log = new InMemoryEventLog();
    const key = newId();
    for (let stored = 0; stored < EVENTS; stored += 100)
      await log.append({
        ...{ commandId: newId(), streamId: newId(), category: 'parcel', key, expectedVersion: -1 },
        ...{ fingerprint: '', result: null },
        events: Array.from({ length: 100 }, () => ({
          ...{ eventId: newId(), type: 'ParcelScanned', schemaVersion: 1, data: {} },
          meta: { correlationId: newId(), causationId: null, actor: 'system' },
          occurredAt: '2026-01-01T00:00:00.000Z',
        })),
      });
    const feed = new LogFeed('parcels', log);
    const lane = laneOf(key);
    const last = await feed.read((await feed.heads()).map((head) => (head > 0n ? head - 1n : 0n)), 1); // prettier-ignore
    const signals: ConsumerSignal[] = [];
    const reporting = { logger: silentLogger, observe: (signal: ConsumerSignal) => void signals.push(signal) };
    const delivery = new Delivery('scans', feed, reporting, last);
    const handled: FeedEvent[] = [];
    const positions = [...fromStart(feed.lanes)];
    const track = { source: 'parcels', incarnation: '', stored: positions, positions };
    for (let next = await delivery.next(track); next.length > 0; next = await delivery.next(track)) {
      handled.push(...next);
      positions[lane] = next.at(-1)?.position ?? 0n;
    }
    expect(handled.map(({ position }) => Number(position))).toEqual(Array.from({ length: EVENTS }, (_, at) => at + 1));
    const filled = signals.flatMap((signal) => (signal.kind === 'gap' ? [signal.events] : []));
    expect(filled.length).toBeGreaterThan(1);
    expect(filled.reduce((sum, events) => sum + events, 0)).toBe(EVENTS - 1);
  });
});
