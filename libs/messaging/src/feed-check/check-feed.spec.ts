import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkFeed, isWhole, type LaneCheck, type ReceivedEvent } from './check-feed.js';
import { PositionSet } from './position-set.js';

const at = (position: number, changes: Partial<ReceivedEvent> = {}): ReceivedEvent => ({
  source: 'sales',
  incarnation: 'first',
  lane: 0,
  position: BigInt(position),
  id: `event ${String(position)}`,
  ...changes,
});
const row = (from: number, to: number): readonly ReceivedEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => at(from + index));

describe('the check of what was received', () => {
  it('finds nothing missing in a lane from 1 to its head', async () => {
    const heads = new Map([['sales', { incarnation: 'first', heads: [20_000n, 0n] }]]);
    expect(await checkFeed(row(1, 20_000), heads)).toEqual([
      {
        source: 'sales',
        incarnation: 'first',
        lane: 0,
        received: 20_000,
        distinct: 20_000,
        duplicates: 0,
        conflicts: 0,
        first: 1n,
        last: 20_000n,
        gaps: [],
        head: 20_000n,
        behind: 0n,
      },
    ]);
  });

  it('names what is missing, and what came twice', async () => {
    const [lane] = await checkFeed([...row(5, 9), ...row(12, 9_000), ...row(9_100, 9_100), ...row(7, 13)]);
    expect(lane).toMatchObject({
      received: 5 + 8_989 + 1 + 7,
      distinct: 8_997,
      duplicates: 5,
      first: 5n,
      last: 9_100n,
    });
    expect(lane?.gaps).toEqual([
      { from: 1n, to: 4n },
      { from: 9_001n, to: 9_099n },
    ]);
    expect([lane?.head, lane?.behind]).toEqual([null, null]);
  });

  it('tells sources, incarnations and lanes apart, and lanes of which nothing came', async () => {
    const events = [
      at(1),
      at(1, { incarnation: 'second' }),
      at(2, { incarnation: 'second', lane: 3 }),
      at(1, { source: 'service' }),
    ];
    const heads = new Map([['sales', { incarnation: 'second', heads: [1n, 4n, 0n, 2n] }]]);
    const checks = await checkFeed(events, heads);
    const told = ({ source, incarnation, lane, distinct, behind }: LaneCheck) => [
      source,
      incarnation,
      lane,
      distinct,
      behind,
    ];
    expect(checks.map(told)).toEqual([
      ['sales', 'first', 0, 1, null],
      ['sales', 'second', 0, 1, 0n],
      ['sales', 'second', 1, 0, 4n],
      ['sales', 'second', 3, 1, 0n],
      ['service', 'first', 0, 1, null],
    ]);
  });

  it('notices another event at a position that it has', async () => {
    const [lane] = await checkFeed([...row(1, 10), at(4), at(4, { id: 'something else' })]);
    expect(lane).toMatchObject({ duplicates: 2, conflicts: 1 });
  });

  it('says the same whatever the order and however often', async () => {
    const lanes = fc.array(fc.record({ lane: fc.nat(2), position: fc.integer({ min: 1, max: 30_000 }) }), {
      maxLength: 300,
    });
    await fc.assert(
      fc.asyncProperty(lanes, fc.infiniteStream(fc.nat()), async (places, random) => {
        const events = places.map(({ lane, position }) => at(position, { lane }));
        const shuffled = events
          .map((event) => ({ event, by: random.next().value ?? 0 }))
          .sort((left, right) => left.by - right.by)
          .map(({ event }) => event);
        const checks = await checkFeed(shuffled);
        expect(checks).toEqual(await checkFeed(events));
        for (const check of checks) expectTrue(check, events);
      }),
    );
  });

  function expectTrue(check: LaneCheck, events: readonly ReceivedEvent[]): void {
    const positions = events.filter(({ lane }) => lane === check.lane).map(({ position }) => position);
    const distinct = new Set(positions);
    const missing = check.gaps.reduce((sum, { from, to }) => sum + Number(to - from) + 1, 0);
    expect([check.received, check.distinct]).toEqual([positions.length, distinct.size]);
    expect(missing).toBe(Number(check.last) - distinct.size);
    for (const { from, to } of check.gaps)
      expect([distinct.has(from), distinct.has(to), distinct.has(to + 1n)]).toEqual([false, false, true]);
  }

  it('is passed by whoever is only behind, and not where anything is missing, or everything', async () => {
    const heads = new Map([['sales', { incarnation: 'first', heads: [20n, 0n] }]]);
    const passes = async (events: readonly ReceivedEvent[]) => isWhole(await checkFeed(events, heads));
    expect(await passes([...row(1, 15), ...row(3, 4)])).toBe(true);
    expect(await passes([])).toBe(false);
    expect(await passes(row(2, 20))).toBe(false);
    expect(await passes([...row(1, 20), at(7, { id: 'another event' })])).toBe(false);
    heads.set('sales', { incarnation: 'first', heads: [20n, 3n] });
    expect(await passes(row(1, 20))).toBe(false);
  });

  it('remembers next to nothing of a lane without gaps', () => {
    const positions = new PositionSet();
    for (let position = 1n; position <= 1_000_000n; position++) positions.add(position, Number(position));
    expect(positions.ranges()).toEqual([{ from: 1n, to: 1_000_000n }]);
    const kept = [...(positions as unknown as { chunks: Map<number, { marks?: Uint32Array }> }).chunks.values()];
    expect(kept.filter(({ marks }) => marks !== undefined)).toHaveLength(1);
  });
});
