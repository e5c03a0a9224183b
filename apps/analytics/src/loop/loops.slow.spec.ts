import { inSnapshot } from '@crm/event-sourcing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAnalyticsDatabase, type AnalyticsDatabase } from '../spec-kit/analytics-database.js';
import { campaignTold, feedEvents, loopIdOf, projectLoops, type StoryMember } from '../spec-kit/loop-story.js';
import { loopCounts } from './loop-counts.js';
import { traceOf } from './loop-trace.js';

const ARMS = ['mens', 'womens', 'control'];
const MEMBERS = 64_000;

let database: AnalyticsDatabase;
beforeAll(async () => {
  database = await createAnalyticsDatabase();
});
afterAll(() => database.drop());

describe('a wave of 64,000 members with 10,000 responses', () => {
  it('is projected to the last count', async () => {
    const members = Array.from({ length: MEMBERS }, (_, index): StoryMember => ({
      arm: ARMS[index % 3] ?? '',
      orders: index < 10_000 ? [{ amountMinor: 1_000 + index }] : [],
    }));
    const events = feedEvents(campaignTold({ name: 'bulk', members, elsewhere: true, chunk: 500 }));
    expect(events.length).toBeGreaterThan(115_000);
    await projectLoops(database.pool, events);
    await database.pool.query('ANALYZE');
    const [counts] = await inSnapshot(database.pool, (tx) => loopCounts(tx, [loopIdOf('bulk')]));
    const { hops, breaks } = traceOf(counts!, {
      now: 0,
      caughtUp: true,
      quiet: false,
    });
    expect(breaks).toEqual([]);
    expect(hops.slice(4, 10).map(({ hop, in: came, out }) => [hop, came, out])).toEqual([
      ['4-1', 64_000, 64_000],
      ['5', 42_667, 42_667],
      ['6', 42_667, 42_667],
      ['7', 10_000, 10_000],
      ['8', 10_000, 10_000],
      ['8-1', 10_000, 10_000],
    ]);
  });
});
