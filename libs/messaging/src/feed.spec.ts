import { InMemoryEventLog, newId, type LanePositions } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { BATCH, limitPerLane, readReferences } from './feed.js';
import type { FeedEvent } from './feed-event.js';
import { LogFeed } from './log-feed.js';
import { SharedReads } from './shared-reads.js';

const append = (log: InMemoryEventLog, key: string, count: number): Promise<unknown> =>
  log.append({
    commandId: newId(),
    streamId: key,
    category: 'parcel',
    key,
    expectedVersion: -1,
    fingerprint: '',
    result: null,
    events: Array.from({ length: count }, () => ({
      eventId: newId(),
      type: 'ParcelScanned',
      schemaVersion: 1,
      data: {},
      meta: { correlationId: newId(), causationId: null, actor: 'system' },
      occurredAt: '2026-01-01T00:00:00.000Z',
    })),
  });

/** A feed that counts how often it is read. */
class CountedFeed extends LogFeed {
  reads = 0;

  override read(after: LanePositions, limit: number): Promise<readonly FeedEvent[]> {
    this.reads += 1;
    return super.read(after, limit);
  }
}

const filled = async (): Promise<{ feed: CountedFeed; log: InMemoryEventLog; heads: LanePositions }> => {
  const log = new InMemoryEventLog();
  for (let key = 0; key < 40; key++) await append(log, newId(), 20);
  return { feed: new CountedFeed('parcels', log), log, heads: await log.heads() };
};

const after = (positions: LanePositions, events: readonly FeedEvent[]): LanePositions =>
  positions.map((position, lane) => events.filter((event) => event.lane === lane).at(-1)?.position ?? position);

describe('a batch over lanes', () => {
  it.each([
    [[0n, 0n], [10n, 10n], 500, 500],
    [[0n, 0n], [1000n, 1n], 500, 499],
    [[0n, 0n], [1000n, 1000n], 500, 250],
    [[990n, 0n, 5n], [1000n, 1000n, 5n], 100, 90],
    [[0n, 0n, 0n], [9n, 9n, 9n], 2, 1],
  ])('from %s to %s takes at most its share of each', (from, heads, most, limit) => {
    expect(limitPerLane(from, heads, most)).toBe(limit);
  });
});

describe('reading by reference', () => {
  it('finds events wherever they are, and leaves out what is not there', async () => {
    const { feed, heads } = await filled();
    const lane = heads.findIndex((head) => head > 20n);
    const wanted = [1n, 2n, 17n, heads[lane] ?? 0n].map((position) => ({ lane, position }));
    const found = await readReferences(feed, [...wanted, { lane, position: 10_000n }]);
    expect(found.map(({ lane: at, position }) => ({ lane: at, position }))).toEqual(wanted);
  });
});

describe('reads that consumers share', () => {
  it('ask the feed once for those who follow each other closely', async () => {
    const { feed, heads } = await filled();
    const reads = new SharedReads(feed);
    const follow = async (): Promise<readonly string[]> => {
      const seen: string[] = [];
      for (let at: LanePositions = heads.map(() => 0n); at.some((position, lane) => position < (heads[lane] ?? 0n));) {
        const events = await reads.next(at, heads);
        expect(events.length).toBeLessThanOrEqual(BATCH);
        seen.push(...events.map((event) => event.eventId));
        at = after(at, events);
      }
      return seen;
    };
    const [first, second, third] = await Promise.all([follow(), follow(), follow()]);
    expect(new Set(first).size).toBe(800);
    expect([second, third]).toEqual([first, first]);
    expect(feed.reads).toBeLessThanOrEqual(3);
  });

  it('go on with what was appended since', async () => {
    const { feed, log, heads } = await filled();
    const reads = new SharedReads(feed);
    const start = heads.map((head) => (head > 3n ? head - 3n : 0n));
    await reads.next(start, heads);
    for (let key = 0; key < 40; key++) await append(log, newId(), 3);
    const later = await log.heads();
    const events = await reads.next(start, later);
    const direct = await feed.read(start, limitPerLane(start, later, BATCH));
    expect(events.map((event) => event.eventId)).toEqual(direct.map((event) => event.eventId));
  });
});
