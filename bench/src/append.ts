import {
  EVENT_STORE_SCHEMA,
  EventStore,
  PostgresEventLog,
  createPool,
  laneOf,
  newId,
  type Aggregate,
  type DomainEvent,
} from '@crm/event-sourcing';
import type pg from 'pg';
import { benchDatabase } from './database.js';

const CALLERS = [1, 8, 64];
const SECONDS = Number(process.argv[2] ?? 4);
const ROUNDS = 3;

type OrderPlaced = DomainEvent<
  'OrderPlaced',
  { readonly orderRef: string; readonly amountMinor: number; readonly currency: string }
>;
const orderAggregate: Aggregate<null, OrderPlaced> = { category: 'order', initial: null, evolve: () => null };
const data = (): OrderPlaced['data'] => ({ orderRef: newId(), amountMinor: 2933, currency: 'USD' });

// The peers store the same row under the same indexes; what they leave out is what the store is for:
// order within lanes, versions of streams, command ids, conflicts.
const BARE_TABLE = `CREATE TABLE bare (LIKE es.event INCLUDING ALL); CREATE SEQUENCE bare_position CACHE 64`;
const BARE_ROW = `SELECT lane, nextval('bare_position'), stream_id, 1, event_id, 'order', stream_id, 'OrderPlaced', 1, data::jsonb, meta::jsonb, clock_timestamp(), clock_timestamp()`;
const bareRow = (): readonly [number, string, string, string, string] => {
  const streamId = newId();
  const meta = { correlationId: newId(), causationId: null, actor: 'system', fingerprint: 'bench' };
  return [laneOf(streamId), streamId, newId(), JSON.stringify(data()), JSON.stringify(meta)];
};

type AppendOne = () => Promise<unknown>;

/** One INSERT per append, on as many connections as there are callers. */
function singleInserts(pool: pg.Pool): AppendOne {
  const text = `INSERT INTO bare ${BARE_ROW} FROM (VALUES ($1::smallint, $2::uuid, $3::uuid, $4::text, $5::text)) AS x(lane, stream_id, event_id, data, meta)`;
  return () => pool.query({ name: 'single', text, values: [...bareRow()] });
}

/** Rows of all callers in one unnest, as soon as the statement before has returned. */
function coalescedInserts(pool: pg.Pool): AppendOne {
  const text = `INSERT INTO bare ${BARE_ROW} FROM unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::text[], $5::text[]) AS x(lane, stream_id, event_id, data, meta)`;
  const waiting: {
    row: ReturnType<typeof bareRow>;
    done: (value: unknown) => void;
    failed: (error: unknown) => void;
  }[] = [];
  let flushing = false;
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, 256);
      const values = [0, 1, 2, 3, 4].map((column) => batch.map((item) => item.row[column]));
      try {
        await pool.query({ name: 'coalesced', text, values });
        for (const item of batch) item.done(undefined);
      } catch (error) {
        for (const item of batch) item.failed(error);
      }
    }
    flushing = false;
  };
  return () =>
    new Promise((done, failed) => {
      waiting.push({ row: bareRow(), done, failed });
      if (flushing) return;
      flushing = true;
      setImmediate(() => void run());
    });
}

function thisStore(pool: pg.Pool): AppendOne {
  const store = new EventStore(new PostgresEventLog(pool));
  return () =>
    store.recordFact(orderAggregate, newId(), { type: 'OrderPlaced', data: data() }, { fingerprint: 'bench' });
}

async function rate(append: AppendOne, callers: number): Promise<number> {
  const end = performance.now() + SECONDS * 1000;
  let appended = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < end) {
        await append();
        appended += 1;
      }
    }),
  );
  return appended / ((performance.now() - started) / 1000);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const database = await benchDatabase();
const pool = createPool({ url: database.url, max: 64 });
await pool.query(EVENT_STORE_SCHEMA);
await pool.query(BARE_TABLE);
const peers = {
  'this store': thisStore(pool),
  'single INSERTs': singleInserts(pool),
  'coalesced unnest': coalescedInserts(pool),
};

process.stdout.write(
  `appends/s, median of ${String(ROUNDS)} rounds of ${String(SECONDS)} s, one run against one PostgreSQL (fsync on)\n\n`,
);
process.stdout.write(
  `callers  ${Object.keys(peers)
    .map((name) => name.padStart(17))
    .join('')}  store/single  store/coalesced\n`,
);
for (const append of Object.values(peers)) await rate(append, 8);
for (const callers of CALLERS) {
  const rates = Object.values(peers).map(() => [] as number[]);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, append] of Object.values(peers).entries()) rates[index]?.push(await rate(append, callers));
  const [store = 0, single = 0, coalesced = 0] = rates.map(median);
  process.stdout.write(
    `${String(callers).padStart(7)}  ${[store, single, coalesced].map((value) => value.toFixed(0).padStart(17)).join('')}  ${(store / single).toFixed(2).padStart(12)}  ${(store / coalesced).toFixed(2).padStart(15)}\n`,
  );
}
await pool.end();
await database.close();
