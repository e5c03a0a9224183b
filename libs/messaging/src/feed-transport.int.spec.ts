import { EVENT_STORE_SCHEMA, InMemoryEventLog, PostgresEventLog } from '@crm/event-sourcing';
import { createTestDatabase, transportFeatures } from '@crm/testing';
import { FeedTransport } from './feed-transport.js';

transportFeatures('feed of a log in memory', () =>
  Promise.resolve({
    log: new InMemoryEventLog(),
    connect: (feed) => Promise.resolve(new FeedTransport([feed])),
    close: () => Promise.resolve(),
  }),
);

transportFeatures('feed of PostgreSQL', async () => {
  const database = await createTestDatabase();
  await database.pool.query(EVENT_STORE_SCHEMA);
  return {
    log: new PostgresEventLog(database.pool),
    connect: (feed) => Promise.resolve(new FeedTransport([feed])),
    close: () => database.drop(),
  };
});
