import { EVENT_STORE_SCHEMA, EventStore, PostgresEventLog, createPool, newId } from '@crm/event-sourcing';
import { createTestDatabase, parcelAggregate, scanParcel, sendParcel, until, type TestDatabase } from '@crm/testing';
import type pg from 'pg';
import { LogFeed } from '../../log-feed.js';
import { RELAY_SCHEMA } from '../relay-schema.js';
import { Relay, type RelayOptions } from '../relay.js';

/** A service with a store, of whose parcels others hear when they are sent; and as many instances of its relay as a test starts. */
export class ParcelService {
  private readonly relays: Relay[] = [];
  private readonly pools: pg.Pool[] = [];

  private constructor(private readonly database: TestDatabase) {}

  static async open(): Promise<ParcelService> {
    const database = await createTestDatabase();
    await database.pool.query(EVENT_STORE_SCHEMA + RELAY_SCHEMA);
    return new ParcelService(database);
  }

  get pool(): pg.Pool {
    return this.database.pool;
  }

  readonly feed = (pool = this.pool): LogFeed =>
    new LogFeed('parcels', new PostgresEventLog(pool)).published(({ type, data }) =>
      type === 'ParcelSent' ? { type: 'crm.parcels.parcel-sent.v1', data } : undefined,
    );

  /** Sends so many parcels and scans each: two events of one lane. */
  async record(parcels: number, to = 'Busan'): Promise<void> {
    const store = new EventStore(new PostgresEventLog(this.pool));
    await Promise.all(
      Array.from({ length: parcels }, async () => {
        const parcel = newId();
        await store.transact(parcelAggregate, parcel, sendParcel(to));
        await store.transact(parcelAggregate, parcel, scanParcel('Daegu'));
      }),
    );
  }

  /** One more instance of the service, with connections of its own. */
  relay(options: Pick<RelayOptions, 'settings'> & Partial<RelayOptions>): Relay {
    const pool = createPool({ url: this.database.url, applicationName: `instance-${String(this.relays.length)}` });
    const relay = new Relay({ feed: this.feed(pool), pool, lookMs: 200, heartbeatMs: 1_000, ...options });
    this.pools.push(pool);
    this.relays.push(relay);
    relay.start();
    return relay;
  }

  /** Waits until everything is on the broker. */
  async published(relay: Relay, withinMs?: number): Promise<void> {
    await until(async () => (await relay.status()).lanes.every(({ lag }) => lag === 0n), withinMs);
  }

  async close(): Promise<void> {
    await Promise.all(this.relays.map((relay) => relay.stop()));
    await Promise.all(this.pools.map((pool) => pool.end()));
    await this.database.drop();
  }
}
