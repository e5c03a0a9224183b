import { EVENT_STORE_SCHEMA, LANES, PostgresEventLog, createPool } from '@crm/event-sourcing';
import { startTestBroker } from '@crm/local-stack';
import {
  LogFeed,
  RELAY_SCHEMA,
  Relay,
  applyTopics,
  fromStart,
  limitPerLane,
  type FeedEvent,
  type KafkaSettings,
  type Publish,
} from '@crm/messaging';
import { Kafka, logLevel } from 'kafkajs';
import type pg from 'pg';
import { benchDatabase } from './database.js';

const EVENTS = Number(process.argv[2] ?? 100_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const BATCH = 1_000;

/** Orders of three lines in every lane, as the store holds them. */
const FILL = `INSERT INTO es.event (lane, position, stream_id, version, event_id, category, key, type, schema_version, data, meta, occurred_at, recorded_at)
  SELECT i % ${String(LANES)}, i / ${String(LANES)} + 1, s, 1, gen_random_uuid(), 'order', p, 'OrderPlaced', 1,
    jsonb_build_object('orderId', s, 'orderRef', 'web-' || i, 'partyId', p, 'orderedAt', '2026-01-31T12:00:00.000Z', 'localDate', '2026-01-31',
      'total', jsonb_build_object('amountMinor', 8970, 'currency', 'USD'), 'channel', 'web',
      'lines', jsonb_build_array(jsonb_build_object('sku', 'sku-' || i % 500, 'quantity', 1, 'amountMinor', 2990),
        jsonb_build_object('sku', 'sku-7', 'quantity', 2, 'amountMinor', 2990), jsonb_build_object('sku', 'sku-9', 'quantity', 1, 'amountMinor', 2990))),
    jsonb_build_object('correlationId', gen_random_uuid(), 'causationId', null, 'actor', 'client:shop'), clock_timestamp(), clock_timestamp()
  FROM (SELECT i, gen_random_uuid() AS s, gen_random_uuid() AS p FROM generate_series(0, $1::int - 1) AS i) AS o`;
const publish: Publish = ({ data }) => ({ type: 'crm.sales.order-placed.v1', data });

interface Message {
  readonly key: string;
  readonly partition: number;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** What the relay publishes, made beforehand: the peer has nothing to do but send. */
function messageOf(event: FeedEvent): Message {
  return {
    key: event.key,
    partition: event.lane,
    value: JSON.stringify(event.data),
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: event.eventId,
      ce_source: '/crm/sales',
      ce_type: event.type,
      ce_time: event.recordedAt,
      ce_subject: event.streamId,
      ce_partitionkey: event.key,
      ce_schemaversion: '1',
      ce_lane: String(event.lane),
      ce_position: String(event.position),
      ce_incarnation: event.incarnation,
      ce_correlationid: event.meta.correlationId,
      ce_occurredat: event.occurredAt,
    },
  };
}

async function allMessages(feed: LogFeed): Promise<readonly (readonly Message[])[]> {
  const batches: Message[][] = [];
  const heads = await feed.heads();
  const after = [...fromStart(feed.lanes)];
  for (;;) {
    const events = await feed.read(after, limitPerLane(after, heads, BATCH));
    if (events.length === 0) return batches;
    for (const event of events) after[event.lane] = event.position;
    batches.push(events.map(messageOf));
  }
}

async function bare(settings: KafkaSettings, topic: string, batches: readonly (readonly Message[])[]): Promise<number> {
  const { brokers, clientId } = settings;
  const kafka = new Kafka({ brokers: [...brokers], clientId, logLevel: logLevel.NOTHING });
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  const started = performance.now();
  await producer.connect();
  for (const messages of batches)
    await producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages: [...messages] }] });
  const rate = EVENTS / ((performance.now() - started) / 1000);
  await producer.disconnect();
  return rate;
}

async function relayed(settings: KafkaSettings, topic: string, feed: LogFeed, pool: pg.Pool): Promise<number> {
  await pool.query('TRUNCATE bus.relay');
  let published = 0;
  let arrived: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (arrived = resolve));
  const relay = new Relay({
    settings,
    feed,
    pool,
    topic: () => topic,
    observe: (signal) => {
      if (signal.kind === 'published') published += signal.events;
      if (published >= EVENTS) arrived();
    },
  });
  const started = performance.now();
  relay.start();
  await all;
  const rate = EVENTS / ((performance.now() - started) / 1000);
  await relay.stop();
  return rate;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const broker = await startTestBroker('processes');
const settings: KafkaSettings = { brokers: [broker.address], clientId: 'bench' };
const database = await benchDatabase();
const pool = createPool({ url: database.url });
await pool.query(EVENT_STORE_SCHEMA + RELAY_SCHEMA);
await pool.query(FILL, [EVENTS]);
await pool.query('VACUUM ANALYZE es.event');
const feed = new LogFeed('sales', new PostgresEventLog(pool)).published(publish);
const batches = await allMessages(feed);
const topics: string[] = [];
const newTopic = async (): Promise<string> => {
  const topic = `bench-${String(process.pid)}-${String(topics.length)}`;
  await applyTopics(settings, ['sales'], { partitions: LANES, replicationFactor: 1, topic: () => topic });
  topics.push(topic);
  return topic;
};

const rates: { bare: number; relay: number }[] = [];
for (let round = 0; round < ROUNDS; round++)
  rates.push({
    bare: await bare(settings, await newTopic(), batches),
    relay: await relayed(settings, await newTopic(), feed, pool),
  });
const ours = median(rates.map(({ relay }) => relay));
const theirs = median(rates.map((rate) => rate.bare));
process.stdout.write(
  `messages/s of ${String(EVENTS)} orders in ${String(LANES)} lanes, median of ${String(ROUNDS)} rounds, one run against one broker and one PostgreSQL (fsync on)\n\n` +
    `bare kafkajs, the same messages made beforehand, batches of ${String(BATCH)}: ${theirs.toFixed(0)}\n` +
    `relay from the store to the acknowledgement: ${ours.toFixed(0)}\n` +
    `relay / bare kafkajs: ${(ours / theirs).toFixed(2)}\n`,
);

const { brokers, clientId } = settings;
const admin = new Kafka({ brokers: [...brokers], clientId, logLevel: logLevel.NOTHING }).admin();
await admin.connect();
await admin.deleteTopics({ topics });
await admin.disconnect();
await pool.end();
await database.close();
await broker.stop();
