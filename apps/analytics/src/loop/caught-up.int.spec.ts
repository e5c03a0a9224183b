import { EventStore, InMemoryEventLog } from '@crm/event-sourcing';
import { ServiceClients, ServiceTokens } from '@crm/platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAnalyticsDatabase, type AnalyticsDatabase } from '../spec-kit/analytics-database.js';
import { caughtUp } from './caught-up.js';

/** A port that nobody listens at. */
const NOBODY = 'http://127.0.0.1:1';

let database: AnalyticsDatabase;
beforeAll(async () => {
  database = await createAnalyticsDatabase();
});
afterAll(() => database.drop());

describe('the rows of loops', () => {
  it('have caught up with sources that answer, never with one that cannot be reached', async () => {
    const tokens = new ServiceTokens(() => Promise.resolve({ token: 'of-analytics', lifeMs: Infinity }));
    const context = {
      name: 'analytics' as const,
      store: new EventStore(new InMemoryEventLog()),
      pool: database.pool,
      services: new ServiceClients(tokens, () => NOBODY),
    };
    expect(await caughtUp(context, ['analytics'], 0)).toBe(true);
    expect(await caughtUp(context, ['analytics', 'marketing'], 0)).toBe(false);
  });
});
