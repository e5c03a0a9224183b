import { EVENT_STORE_SCHEMA, PostgresEventLog, newId } from '@crm/event-sourcing';
import { createTestDatabase, transportFeatures } from '@crm/testing';
import { KafkaTransport } from './kafka-transport.js';
import { RELAY_SCHEMA } from './relay-schema.js';
import { Relay } from './relay.js';
import { TestTopics, testKafka } from './spec-kit/test-topic.js';

transportFeatures('Kafka', async () => {
  const settings = testKafka();
  const topics = new TestTopics(['parcels']);
  const database = await createTestDatabase();
  await database.pool.query(EVENT_STORE_SCHEMA + RELAY_SCHEMA);
  await topics.create();
  const group = `crm.${newId()}`;
  let relay: Relay | undefined;
  return {
    log: new PostgresEventLog(database.pool),
    connect: (feed) => {
      relay ??= new Relay({ settings, feed, pool: database.pool, topic: topics.nameOf });
      relay.start();
      return Promise.resolve(
        new KafkaTransport({
          settings,
          group,
          topic: topics.nameOf,
          sessionTimeoutMs: 6_000,
          rebalanceTimeoutMs: 20_000,
        }),
      );
    },
    close: async () => {
      await relay?.stop();
      await topics.delete();
      await database.drop();
    },
  };
});
