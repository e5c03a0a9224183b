import { EventStore, InMemoryEventLog, currentContext, newId, type Context } from '@crm/event-sourcing';
import {
  TestBus,
  parcelAggregate,
  scanParcel,
  sendParcel,
  until,
  type ParcelEvent,
  type TestSource,
} from '@crm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Projection, Reactor } from './consumer.js';
import { internalTypeOf } from './feed-event.js';
import { LogFeed } from './log-feed.js';
import type { ConsumerSignal } from './signals.js';

const SCHEMA = `CREATE TABLE rm.depot (parcel uuid, depot text, PRIMARY KEY (parcel, depot))`;

const depotProjection: Projection<ParcelEvent> = {
  name: 'depot',
  sources: [{ service: 'parcels', types: ['ParcelScanned'] }],
  tables: ['depot'],
  apply: async (tx, events) => {
    const scans = events.filter((event) => event.type === 'ParcelScanned');
    await tx.query('INSERT INTO depot SELECT * FROM unnest($1::uuid[], $2::text[])', [
      scans.map((event) => event.streamId),
      scans.map((event) => event.data.depot),
    ]);
  },
};

describe('consumers', () => {
  let bus: TestBus;
  let parcels: TestSource;
  beforeAll(async () => {
    bus = await TestBus.open(SCHEMA);
  });
  beforeEach(() => {
    parcels = bus.source('parcels');
  });
  afterEach(() => bus.reset());
  afterAll(() => bus.close());

  describe('a projection', () => {
    it('gets the types that it follows, and its cursor passes the others', async () => {
      const runner = await bus.run([parcels.feed], { projections: [depotProjection] });
      const id = await parcels.parcel(newId(), 'Daegu', 'Daejeon');
      await runner.idle();
      expect(await bus.rows('SELECT * FROM rm.depot ORDER BY depot')).toEqual([
        { parcel: id, depot: 'Daegu' },
        { parcel: id, depot: 'Daejeon' },
      ]);
      const [status] = await runner.status();
      expect(status).toMatchObject({
        consumer: 'depot',
        kind: 'projection',
        state: 'running',
        rebuildDue: false,
        deadLetters: 0,
      });
      expect(status?.sources[0]?.lag).toBe(0n);
    });

    it('follows several services', async () => {
      const other = bus.source('letters');
      const both = {
        ...depotProjection,
        sources: [...depotProjection.sources, { service: 'letters', types: ['ParcelScanned'] as const }],
      };
      const runner = await bus.run([parcels.feed, other.feed], { projections: [both] });
      await Promise.all([parcels.parcel(newId(), 'Daegu'), other.parcel(newId(), 'Jeju')]);
      await runner.idle();
      expect(await bus.rows('SELECT depot FROM rm.depot ORDER BY depot')).toEqual([
        { depot: 'Daegu' },
        { depot: 'Jeju' },
      ]);
    });

    it('asks for a rebuild when its version is raised', async () => {
      await bus.run([parcels.feed], { projections: [depotProjection] });
      const newer = await bus.run([parcels.feed], { projections: [{ ...depotProjection, version: 2 }] });
      expect((await newer.status())[0]?.rebuildDue).toBe(true);
    });

    it('cannot be moved on by an instance whose cursor is out of date', async () => {
      const held: (() => void)[] = [];
      const slow: Reactor = {
        name: 'slow',
        sources: [{ service: 'parcels' }],
        react: async (event, reaction) => {
          if (held.length === 0) await new Promise<void>((resolve) => held.push(resolve));
          reaction.after((tx) => tx.query('INSERT INTO depot VALUES ($1, $2)', [event.streamId, event.type]));
        },
      };
      await parcels.parcel(newId());
      const zombie = await bus.run([parcels.feed], { reactors: [slow] });
      await until(() => held.length === 1);
      const other = await bus.run([parcels.feed], { reactors: [slow] });
      await other.idle();
      await parcels.parcel(newId());
      await other.idle();
      held[0]?.();
      await zombie.idle();
      await zombie.stop();
      expect(await bus.rows('SELECT FROM rm.depot')).toHaveLength(2);
      expect(await bus.rows('SELECT FROM bus.dead_letter')).toHaveLength(0);
    });
  });

  describe('the public feed', () => {
    it('has every position, shows what is published and nothing of the rest', async () => {
      const feed = parcels.feed.published((event) =>
        event.type === 'ParcelScanned'
          ? { type: 'crm.parcels.parcel-scanned.v2', data: { parcelId: event.streamId } }
          : undefined,
      );
      const key = newId();
      const id = await parcels.parcel(key, 'Daegu');
      const events = await feed.read(
        Array.from({ length: feed.lanes }, () => 0n),
        10,
      );
      expect(events.map(({ type, data, key: of, position }) => ({ type, data, of, position }))).toEqual([
        { type: internalTypeOf('parcels'), data: {}, of: key, position: 1n },
        { type: 'crm.parcels.parcel-scanned.v2', data: { parcelId: id }, of: key, position: 2n },
      ]);
      expect(events[0]).toMatchObject({ streamId: '', category: '', version: 0, meta: { actor: 'service:parcels' } });
      expect(events[1]).toMatchObject({
        streamId: id,
        schemaVersion: 2,
        source: 'parcels',
        incarnation: await feed.incarnation(),
      });
    });
  });

  describe('a reactor', () => {
    const forwarding = (store: EventStore, seen: Context[] = []): Reactor => ({
      name: 'forward',
      sources: [{ service: 'parcels', types: ['ParcelSent'] }],
      react: async (event, reaction) => {
        seen.push(currentContext());
        const forwarded = event.streamId;
        const commandId = reaction.commandId('forward', forwarded);
        await store.transact(parcelAggregate, forwarded, sendParcel('Jeju'), { key: event.key, commandId });
        await store.transact(parcelAggregate, forwarded, scanParcel('Mokpo'), {
          commandId: reaction.commandId('scan', forwarded),
        });
      },
    });

    it('carries out each command once, whatever happens to the cursor', async () => {
      const store = new EventStore(new InMemoryEventLog());
      const runner = await bus.run([parcels.feed], { reactors: [forwarding(store)] });
      await Promise.all(Array.from({ length: 40 }, () => parcels.parcel(newId())));
      await runner.idle();
      await runner.stop();
      await bus.database.pool.query('UPDATE bus.cursor SET position = 0');
      const again = await bus.run([parcels.feed], { reactors: [forwarding(store)] });
      await again.idle();
      expect((await store.log.heads()).reduce((sum, head) => sum + head, 0n)).toBe(80n);
    });

    it('acts as its service, in the correlation of the event that caused it', async () => {
      const seen: Context[] = [];
      const runner = await bus.run([parcels.feed], {
        reactors: [forwarding(new EventStore(new InMemoryEventLog()), seen)],
      });
      const id = await parcels.parcel(newId());
      await runner.idle();
      const [event] = await parcels.store.readStream(id);
      expect(seen).toEqual([
        { correlationId: event?.meta.correlationId, causationId: event?.eventId, actor: 'service:reader' },
      ]);
    });

    it('keeps the order of a key and lets keys run beside each other', async () => {
      const log: string[] = [];
      let atOnce = 0;
      let most = 0;
      const reactor: Reactor<ParcelEvent> = {
        name: 'order',
        sources: [{ service: 'parcels' }],
        react: async (event) => {
          most = Math.max(most, (atOnce += 1));
          await new Promise((resolve) => setImmediate(resolve));
          log.push(`${event.key} ${String(event.position)}`);
          atOnce -= 1;
        },
      };
      const keys = Array.from({ length: 20 }, () => newId());
      for (const key of keys) await parcels.parcel(key, 'Daegu', 'Daejeon');
      const runner = await bus.run([parcels.feed], { reactors: [reactor] });
      await runner.idle();
      for (const key of keys) {
        const positions = log.filter((line) => line.startsWith(key)).map((line) => Number(line.split(' ')[1]));
        expect(positions).toEqual([...positions].sort((left, right) => left - right));
        expect(positions).toHaveLength(3);
      }
      expect(most).toBeGreaterThan(1);
    });

    it('writes what it leaves to do with the cursor or not at all', async () => {
      let refusals = 2;
      const reactor: Reactor = {
        name: 'intend',
        sources: [{ service: 'parcels' }],
        react: (event, reaction) => {
          reaction.after((tx) => tx.query('INSERT INTO depot VALUES ($1, $2)', [event.streamId, 'intent']));
          reaction.after(() => (--refusals >= 0 ? Promise.reject(new Error('not now')) : Promise.resolve()));
          return Promise.resolve();
        },
      };
      await parcels.parcel(newId());
      const runner = await bus.run([parcels.feed], { reactors: [reactor] });
      await runner.idle();
      expect(await bus.rows('SELECT FROM rm.depot')).toHaveLength(1);
    });
  });

  describe('reading after a write', () => {
    it('waits until the read model has passed the positions', async () => {
      const runner = await bus.run([parcels.feed], { projections: [depotProjection] });
      const id = newId();
      await parcels.store.transact(parcelAggregate, id, sendParcel('Busan'));
      const { lane, position } = await parcels.store.transact(parcelAggregate, id, scanParcel('Daegu'));
      const written = [{ source: 'parcels', incarnation: await parcels.feed.incarnation(), lane, position }];
      expect(await runner.waitFor(written, ['depot'], 20_000)).toBe(true);
      expect(await bus.rows('SELECT FROM rm.depot')).toHaveLength(1);
      expect(await runner.waitFor([{ source: 'parcels', lane, position: position + 1n }], ['depot'], 20)).toBe(false);
      expect(await runner.waitFor([{ source: 'unrelated', lane, position: 99n }], ['depot'], 20)).toBe(true);
    });
  });

  describe('a source that cannot be read', () => {
    it('is reported, and followed again when it can', async () => {
      let broken = true;
      const feed = parcels.feed.published(() => {
        if (broken) throw new TypeError('publishing is not a function');
        return { type: 'crm.parcels.moved.v1', data: {} };
      });
      const seen: string[] = [];
      const signals: ConsumerSignal[] = [];
      const reactor: Reactor = {
        name: 'follow',
        sources: [{ service: 'parcels' }],
        react: (event) => Promise.resolve(void seen.push(event.type)),
      };
      await parcels.parcel(newId());
      const runner = await bus.run([feed], { reactors: [reactor], observe: (signal) => signals.push(signal) });
      await until(() => signals.some((signal) => signal.kind === 'backing-off'));
      const [status] = await until(async () => {
        const now = await runner.status();
        return now[0]?.state === 'backing-off' ? now : undefined;
      });
      expect(status?.deadLetters).toBe(0);
      broken = false;
      await runner.idle();
      expect(seen).toEqual(['crm.parcels.moved.v1']);
      expect((await runner.status())[0]?.state).toBe('running');
    });
  });

  describe('a source that was restored', () => {
    it('stops those who follow it, with an alarm, and nobody else', async () => {
      const signals: ConsumerSignal[] = [];
      const letters = bus.source('letters');
      const all = (service: string, name: string): Reactor => ({
        name,
        sources: [{ service }],
        react: () => Promise.resolve(),
      });
      const reactors = [all('parcels', 'of-parcels'), all('letters', 'of-letters')];
      const before = await bus.run([parcels.feed, letters.feed], { reactors });
      await Promise.all([parcels.parcel(newId()), letters.parcel(newId())]);
      await before.idle();
      await before.stop();
      const restored = new LogFeed('parcels', new InMemoryEventLog());
      const after = await bus.run([restored, letters.feed], { reactors, observe: (signal) => signals.push(signal) });
      await until(() => signals.some((signal) => signal.kind === 'incarnation-changed'));
      const { lane, position } = await letters.store.transact(parcelAggregate, newId(), sendParcel('Busan'));
      expect(await after.waitFor([{ source: 'letters', lane, position }], ['of-letters'], 20_000)).toBe(true);
      const states = (await after.status()).map(({ consumer, state }) => `${consumer} ${state}`);
      expect(states).toEqual(['of-parcels incarnation-changed', 'of-letters running']);
      expect(signals.filter((signal) => signal.kind === 'incarnation-changed')).toHaveLength(1);
    });
  });
});
