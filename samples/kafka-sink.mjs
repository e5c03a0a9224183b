// Lands the events of one service in a table of yours: a snapshot from the feed first, then the topic, without a gap.
//   KAFKA_BROKERS=127.0.0.1:4192 DATABASE_URL=postgres://… CRM_URL=http://127.0.0.1:4100 CRM_API_KEY=… \
//     node samples/kafka-sink.mjs <service> [--exit]
// Any number of instances may run; with --exit it ends once it holds everything that there was when it began.
// For brokers that want it: KAFKA_TLS=true, KAFKA_TLS_CA=<file>, and KAFKA_SASL_MECHANISM with KAFKA_USERNAME and KAFKA_PASSWORD.
import { readFileSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';

const [service, mode] = process.argv.slice(2);
const { KAFKA_BROKERS, DATABASE_URL, CRM_URL = 'http://127.0.0.1:4100', CRM_API_KEY = '' } = process.env;
if (service === undefined || KAFKA_BROKERS === undefined || DATABASE_URL === undefined) {
  process.stderr.write(
    'KAFKA_BROKERS, DATABASE_URL and CRM_API_KEY must be set: node samples/kafka-sink.mjs <service> [--exit]\n',
  );
  process.exit(1);
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS crm_event (
    source text, incarnation uuid, lane smallint, position bigint,
    event_id text NOT NULL, type text NOT NULL, key text NOT NULL, data jsonb NOT NULL,
    occurred_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL,
    PRIMARY KEY (source, incarnation, lane, position));
  CREATE TABLE IF NOT EXISTS crm_cursor (
    source text, incarnation uuid, lane smallint, position bigint NOT NULL, PRIMARY KEY (source, incarnation, lane));`;
// Every position once, however often it arrives: the primary key decides.
const LAND = `INSERT INTO crm_event SELECT $1, $2::uuid, $3::smallint, * FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[],
  $8::jsonb[], $9::timestamptz[], $10::timestamptz[]) ON CONFLICT DO NOTHING`;
const MOVE = `INSERT INTO crm_cursor VALUES ($1, $2, $3, $4) ON CONFLICT (source, incarnation, lane)
  DO UPDATE SET position = greatest(crm_cursor.position, excluded.position)`;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 4 });
// Two instances that start at once must not make the tables at the same moment.
await pool.query(`BEGIN; SELECT pg_advisory_xact_lock(4242); ${TABLES} COMMIT`);

const past = new Set();
const { incarnation, lanes } = await get(`/v1/feeds/${service}/lanes`);
for (const { lane, head } of lanes) await fill(lane, BigInt(head));
const heads = new Map(lanes.map(({ lane, head }) => [lane, BigInt(head)]));
process.stderr.write(
  `snapshot of ${service}: ${String([...heads.values()].reduce((sum, head) => sum + head, 0n))} events\n`,
);
if (mode === '--exit') {
  await pool.end();
} else {
  await follow();
}

/** Reads a lane from the feed, from where the table ends up to a position. */
async function fill(lane, upTo, heartbeat) {
  for (let at = await cursorOf(lane); at < upTo;) {
    const { events, incarnation: now } = await get(`/v1/feeds/${service}?lane=${lane}&after=${at}&limit=1000`);
    if (now !== incarnation)
      throw new Error(`${service} was restored from a backup: start again, under its new incarnation`);
    if (events.length === 0) throw new Error(`the feed ends before ${lane}/${upTo}`);
    await land(lane, events);
    at = BigInt(events.at(-1).position);
    await heartbeat?.();
  }
}

async function follow() {
  const { KAFKA_TLS = 'false', KAFKA_TLS_CA: ca, KAFKA_SASL_MECHANISM: mechanism } = process.env;
  const { KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = process.env;
  if (mechanism === 'plain' && KAFKA_TLS === 'false')
    throw new Error('SASL plain needs KAFKA_TLS: the password is sent as it is');
  const kafka = new Kafka({
    clientId: 'example-sink',
    brokers: KAFKA_BROKERS.split(','),
    // Whatever is not plainly false: a slip must not send the password in the clear.
    ssl: KAFKA_TLS !== 'false' && { ca: ca && readFileSync(ca, 'utf8') },
    sasl: mechanism && { mechanism, username, password },
    // The client's own second is short for TLS to a broker far away.
    connectionTimeout: 5_000,
    logLevel: logLevel.WARN,
  });
  const consumer = kafka.consumer({
    groupId: `example-sink.${service}`,
    // So long the lanes of an instance that was killed wait for another one.
    sessionTimeout: 10_000,
    allowAutoTopicCreation: false,
  });
  await consumer.connect();
  await consumer.subscribe({ topic: `crm.${service}.events.v1`, fromBeginning: true });
  // Whoever starts it again begins where the table ends.
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    process.stderr.write(`${payload.error.message}\n`);
    process.exit(1);
  });
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void consumer.disconnect().then(() => pool.end()));
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, heartbeat, resolveOffset }) => {
      const lane = batch.partition;
      const events = await ofThisIncarnation(batch.messages.map((message) => eventOf(message)));
      let at = await cursorOf(lane);
      let fresh = [];
      for (const event of events) {
        const position = BigInt(event.position);
        if (position <= at) continue;
        // Without a gap means the last position plus one. What the topic does not bring is in the feed.
        if (position > at + 1n) {
          await land(lane, fresh);
          fresh = [];
          await fill(lane, position - 1n, heartbeat);
        }
        fresh.push(event);
        at = position;
      }
      await land(lane, fresh);
      resolveOffset(batch.lastOffset());
      // Offsets are a hint: after a crash some events come again and are dropped.
      await consumer.commitOffsets([
        { topic: batch.topic, partition: lane, offset: String(BigInt(batch.lastOffset()) + 1n) },
      ]);
      await heartbeat();
    },
  });
}

/** In order. What an earlier incarnation left in the topic is dropped; after a restore there is a newer one, and this load ends. */
async function ofThisIncarnation(events) {
  for (const other of new Set(events.map((event) => event.incarnation))) {
    if (other === incarnation || past.has(other)) continue;
    const now = await get(`/v1/feeds/${service}/lanes`);
    if (now.incarnation !== incarnation)
      throw new Error(`${service} was restored from a backup: start again, under its new incarnation`);
    past.add(other);
  }
  return events
    .filter((event) => event.incarnation === incarnation)
    .sort((a, b) => (BigInt(a.position) < BigInt(b.position) ? -1 : 1));
}

/** A CloudEvent in binary mode: attributes in the headers, the data as the value. */
function eventOf({ headers, key, value }) {
  const attribute = (name) => headers[`ce_${name}`].toString();
  return {
    incarnation: attribute('incarnation'),
    position: attribute('position'),
    eventId: attribute('id'),
    type: attribute('type'),
    key: key.toString(),
    data: JSON.parse(value.toString()),
    occurredAt: attribute('occurredat'),
    recordedAt: attribute('time'),
  };
}

/** Events and cursor in one transaction. */
async function land(lane, events) {
  if (events.length === 0) return;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const column = (of) => events.map(of);
    await client.query(LAND, [
      service,
      incarnation,
      lane,
      column((e) => e.position),
      column((e) => e.eventId),
      column((e) => e.type),
      column((e) => e.key),
      column((e) => JSON.stringify(e.data)),
      column((e) => e.occurredAt),
      column((e) => e.recordedAt),
    ]);
    await client.query(MOVE, [service, incarnation, lane, events.at(-1).position]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

async function cursorOf(lane) {
  const { rows } = await pool.query(
    'SELECT position FROM crm_cursor WHERE source = $1 AND incarnation = $2 AND lane = $3',
    [service, incarnation, lane],
  );
  return BigInt(rows[0]?.position ?? 0);
}

async function get(path) {
  const response = await fetch(new URL(path, CRM_URL), { headers: { 'X-Api-Key': CRM_API_KEY } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
