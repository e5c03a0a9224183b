import { analyticsService } from '@crm/analytics';
import {
  EVENT_STORE_SCHEMA,
  EventStore,
  PostgresEventLog,
  createPool,
  newId,
  type Aggregate,
  type DomainEvent,
} from '@crm/event-sourcing';
import { BUS_SCHEMA, ConsumerRunner, FeedTransport, LogFeed, type Projection } from '@crm/messaging';
import type pg from 'pg';
import { benchDatabase } from './database.js';

const ORDERS = Number(process.argv[2] ?? 50_000);
const CUSTOMERS = ORDERS / 5;
const ROUNDS = 3;
const ROWS = 1_000;

interface Order {
  readonly orderId: string;
  readonly partyId: string;
  readonly orderedAt: string;
  readonly localDate: string;
  readonly total: { readonly amountMinor: number; readonly currency: string };
}
type OrderPlaced = DomainEvent<'crm.sales.order-placed.v1', Order>;
const orderAggregate: Aggregate<null, OrderPlaced> = { category: 'order', initial: null, evolve: () => null };

const parties = Array.from({ length: CUSTOMERS }, () => newId());
const orders = Array.from({ length: ORDERS }, (_, index): Order => {
  const day = `2026-01-${String(1 + (index % 28)).padStart(2, '0')}`;
  return {
    orderId: newId(),
    partyId: parties[(index * 7919) % CUSTOMERS] ?? '',
    orderedAt: `${day}T12:00:00.000Z`,
    localDate: day,
    total: { amountMinor: 1_000 + (index % 5_000), currency: 'USD' },
  };
});

/** What the peer does: the same fact and purchase day rows and one feature row for each, as if nothing could be there already. */
const FACTS = `INSERT INTO bare_fact SELECT o, p, t, d, a, 'USD', NULL, 0, 1, clock_timestamp()
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::date[], $5::bigint[]) AS x(o, p, t, d, a)`;
const DAYS = `INSERT INTO bare_day SELECT o, d, 1, 1, a, 'USD', t, t
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::date[], $5::bigint[]) AS x(o, p, t, d, a)`;
const FEATURES = `INSERT INTO bare_feature SELECT o, 1, 1, d, d, t, t, a, 0, 'USD'
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::date[], $5::bigint[]) AS x(o, p, t, d, a)`;

async function bareInserts(pool: pg.Pool): Promise<number> {
  await pool.query('TRUNCATE bare_fact, bare_day, bare_feature');
  const started = performance.now();
  for (let from = 0; from < ORDERS; from += ROWS) {
    const part = orders.slice(from, from + ROWS);
    const values = [
      part.map(({ orderId }) => orderId),
      part.map(({ partyId }) => partyId),
      part.map(({ orderedAt }) => orderedAt),
      part.map(({ localDate }) => localDate),
      part.map(({ total }) => total.amountMinor),
    ];
    await pool.query(FACTS, values);
    await pool.query(DAYS, values);
    await pool.query(FEATURES, values);
  }
  return ORDERS / ((performance.now() - started) / 1000);
}

async function consumer(pool: pg.Pool, feed: LogFeed, warehouse: Projection): Promise<number> {
  await pool.query('TRUNCATE rm.order_fact, rm.purchase_day, rm.customer_feature, bus.cursor, bus.start');
  const transport = new FeedTransport([feed]);
  const runner = new ConsumerRunner({
    service: 'analytics',
    pool,
    sources: [{ feed, transport }],
    projections: [warehouse],
  });
  const started = performance.now();
  await runner.start();
  await runner.idle(300_000);
  const rate = ORDERS / ((performance.now() - started) / 1000);
  await runner.stop();
  await transport.close();
  const { rows } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM rm.order_fact');
  if (rows[0]?.n !== ORDERS) throw new Error(`${String(rows[0]?.n)} of ${String(ORDERS)} facts`);
  return rate;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const database = await benchDatabase();
const pool = createPool({ url: database.url, max: 12, searchPath: ['rm', 'public'] });
const warehouse = analyticsService.projections({} as never).find(({ name }) => name === 'warehouse');
if (warehouse === undefined) throw new Error('analytics has no warehouse');
await pool.query(`${EVENT_STORE_SCHEMA} ${BUS_SCHEMA}`);
const [migration] = analyticsService.migrations;
if (migration !== undefined) await new migration().up({ query: (sql: string) => pool.query(sql) } as never);
await pool.query(
  'CREATE TABLE bare_fact (LIKE rm.order_fact INCLUDING ALL); CREATE TABLE bare_day (LIKE rm.purchase_day INCLUDING ALL); CREATE TABLE bare_feature (LIKE rm.customer_feature INCLUDING ALL)',
);
const store = new EventStore(new PostgresEventLog(pool));
for (let from = 0; from < ORDERS; from += 500)
  await Promise.all(
    orders
      .slice(from, from + 500)
      .map((data) =>
        store.recordFact(
          orderAggregate,
          data.orderId,
          { type: 'crm.sales.order-placed.v1', data },
          { fingerprint: 'bench', key: data.partyId },
        ),
      ),
  );
const feed = new LogFeed('sales', store.log);

const rates: { bare: number; consumer: number }[] = [];
for (let round = 0; round < ROUNDS; round++)
  rates.push({ bare: await bareInserts(pool), consumer: await consumer(pool, feed, warehouse) });
const bare = median(rates.map((rate) => rate.bare));
const ours = median(rates.map((rate) => rate.consumer));
process.stdout
  .write(`${String(ORDERS)} orders of ${String(CUSTOMERS)} customers, median of ${String(ROUNDS)} rounds, one run against one PostgreSQL (fsync on)
bare 1,000-row unnest inserts of the same fact, purchase day and feature rows: ${bare.toFixed(0)} orders/s
consumer into fact, purchase day and feature rows, from the feed, exactly once: ${ours.toFixed(0)} orders/s
consumer/bare ${(ours / bare).toFixed(2)}
`);
await pool.end();
await database.close();
