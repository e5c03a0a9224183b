import { newId } from '@crm/event-sourcing';
import { TestBus, until, type ParcelEvent, type TestSource } from '@crm/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PARTY_ERASED, type Projection, type Reactor } from './consumer.js';
import type { ConsumerRunner } from './consumer-runner.js';
import { forgetKeys } from './dead-letters.js';
import type { ConsumerSignal } from './signals.js';

const SCHEMA = `CREATE TABLE rm.depot (position bigint, key uuid, depot text CHECK (depot <> 'Poisonville'), PRIMARY KEY (key, position))`;

const INSERT = 'INSERT INTO depot SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[])';

const depotProjection: Projection<ParcelEvent> = {
  name: 'depot',
  sources: [{ service: 'parcels', types: ['ParcelScanned'] }],
  tables: ['depot'],
  apply: async (tx, events) => {
    const scans = events.filter((event) => event.type === 'ParcelScanned');
    await tx.query(INSERT, [
      scans.map((event) => String(event.position)),
      scans.map((event) => event.key),
      scans.map((event) => event.data.depot),
    ]);
  },
};

/** The same as a reactor, whose rows are written with the cursor. */
const depotReactor = (poisonous: () => boolean): Reactor<ParcelEvent> => ({
  name: 'depot',
  sources: [{ service: 'parcels', types: ['ParcelScanned'] }],
  react: (event, reaction) => {
    if (event.type !== 'ParcelScanned') return Promise.resolve();
    const { depot } = event.data;
    if (depot === 'Poisonville' && poisonous()) return Promise.reject(new Error(`no such depot: ${depot}`));
    reaction.after((tx) => tx.query(INSERT, [[String(event.position)], [event.key], [depot.toLowerCase()]]));
    return Promise.resolve();
  },
});

describe('an event that cannot be handled', () => {
  let bus: TestBus;
  let parcels: TestSource;
  beforeAll(async () => {
    bus = await TestBus.open(SCHEMA);
  });
  beforeEach(() => {
    parcels = bus.source('parcels');
  });
  afterEach(async () => {
    await bus.reset();
    await bus.database.pool.query(`ALTER TABLE rm.depot DROP CONSTRAINT IF EXISTS depot_depot_check`);
    await bus.database.pool.query(
      `ALTER TABLE rm.depot ADD CONSTRAINT depot_depot_check CHECK (depot <> 'Poisonville')`,
    );
  });
  afterAll(() => bus.close());

  const depotsOf = async (key: string): Promise<readonly string[]> =>
    (await bus.rows<{ depot: string }>('SELECT depot FROM rm.depot WHERE key = $1 ORDER BY position', [key])).map(
      (row) => row.depot,
    );

  const heal = (): Promise<unknown> =>
    bus.database.pool.query('ALTER TABLE rm.depot DROP CONSTRAINT depot_depot_check');

  const poisoned = async (): Promise<{ sick: string; healthy: string[] }> => {
    const healthy = Array.from({ length: 30 }, () => newId());
    const sick = newId();
    for (const key of healthy.slice(0, 15)) await parcels.parcel(key, 'Daegu');
    await parcels.parcel(sick, 'Suwon', 'Poisonville', 'Daejeon');
    for (const key of healthy.slice(15)) await parcels.parcel(key, 'Daegu');
    return { sick, healthy };
  };

  for (const [kind, consumers] of [
    ['projection', { projections: [depotProjection] }],
    ['reactor', { reactors: [depotReactor(() => true)] }],
  ] as const) {
    it(`parks its key and nothing else (${kind})`, async () => {
      const { sick, healthy } = await poisoned();
      const runner = await bus.run([parcels.feed], consumers);
      await runner.idle();
      for (const key of healthy) expect(await depotsOf(key)).toHaveLength(1);
      expect((await depotsOf(sick)).map((depot) => depot.toLowerCase())).toEqual(['suwon']);
      const letters = await runner.deadLetters.list({ consumer: 'depot' });
      expect(letters).toHaveLength(1);
      expect(letters[0]).toMatchObject({ key: sick, type: 'ParcelScanned', status: 'open', attempts: 3, behind: 1 });
      expect((await runner.status())[0]).toMatchObject({ parkedKeys: 1, parkedEvents: 1, deadLetters: 1 });
      expect([await runner.deadLetters.parks('depot', sick), await runner.deadLetters.parks('depot', newId())]).toEqual(
        [true, false],
      );
      const values = JSON.stringify(await bus.rows('SELECT * FROM bus.dead_letter'), (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      expect(values).not.toContain('Poisonville');
    });
  }

  it('says what went wrong by code and place', async () => {
    await poisoned();
    const signals: ConsumerSignal[] = [];
    const runner = await bus.run([parcels.feed], {
      projections: [depotProjection],
      observe: (signal) => signals.push(signal),
    });
    await runner.idle();
    const [letter] = await runner.deadLetters.list();
    expect(letter).toMatchObject({
      errorClass: 'DatabaseError',
      errorCode: '23514',
      message: 'at rm.depot.depot_depot_check',
    });
    expect(signals.filter((signal) => signal.kind === 'dead-letter')).toHaveLength(1);
  });

  it('is replayed in order with what came behind it, and the key is free again', async () => {
    const { sick } = await poisoned();
    const runner = await bus.run([parcels.feed], { projections: [depotProjection] });
    await runner.idle();
    const parked = { consumer: 'depot', source: 'parcels', key: sick };
    expect(await runner.deadLetters.replay(parked, 'user:kim')).toEqual({ handled: 0, unparked: false });
    expect((await runner.deadLetters.list())[0]).toMatchObject({ status: 'open', attempts: 4 });
    await heal();
    expect(await runner.deadLetters.replay(parked, 'user:kim')).toEqual({ handled: 2, unparked: true });
    await parcels.parcel(sick, 'Jeju');
    await runner.idle();
    expect(await depotsOf(sick)).toEqual(['Suwon', 'Poisonville', 'Daejeon', 'Jeju']);
    expect((await runner.deadLetters.list())[0]).toMatchObject({ status: 'replayed', resolvedBy: 'user:kim' });
  });

  it('is replayed by a reactor too', async () => {
    const { sick } = await poisoned();
    let poisonous = true;
    const runner = await bus.run([parcels.feed], { reactors: [depotReactor(() => poisonous)] });
    await runner.idle();
    poisonous = false;
    expect(await runner.deadLetters.replay({ consumer: 'depot', source: 'parcels', key: sick }, 'user:kim')).toEqual({
      handled: 2,
      unparked: true,
    });
    expect(await depotsOf(sick)).toEqual(['suwon', 'poisonville', 'daejeon']);
  });

  it('is given up on an operator’s word, and what came behind it goes on', async () => {
    const { sick } = await poisoned();
    const runner = await bus.run([parcels.feed], { projections: [depotProjection] });
    await runner.idle();
    const [letter] = await runner.deadLetters.list();
    expect(await runner.deadLetters.discard(letter?.id ?? '', 'user:kim')).toEqual({ handled: 1, unparked: true });
    expect(await depotsOf(sick)).toEqual(['Suwon', 'Daejeon']);
    expect(await runner.deadLetters.list({ status: 'open' })).toHaveLength(0);
  });

  it('is forgotten with its key', async () => {
    const { sick } = await poisoned();
    const runner = await bus.run([parcels.feed], { projections: [depotProjection] });
    await runner.idle();
    const tx = await bus.database.pool.connect();
    expect(await forgetKeys(tx, [sick])).toBe(1);
    tx.release();
    expect((await runner.status())[0]).toMatchObject({ parkedKeys: 0, parkedEvents: 0, deadLetters: 0 });
  });

  it('does not hold up the erasure of its party', async () => {
    const key = newId();
    const handled: string[] = [];
    const published = parcels.feed.published((event) =>
      event.type === 'ParcelDelivered' ? { type: PARTY_ERASED, data: {} } : { type: 'crm.parcels.moved.v1', data: {} },
    );
    const reactor: Reactor = {
      name: 'erase',
      sources: [{ service: 'parcels' }],
      react: (event) => {
        if (event.type !== PARTY_ERASED) return Promise.reject(new Error('poison'));
        handled.push(event.key);
        return Promise.resolve();
      },
    };
    await parcels.parcel(key, 'Daegu');
    const runner = await bus.run([published], { reactors: [reactor] });
    await runner.idle();
    await parcels.store.transact(
      { category: 'parcel', initial: null, evolve: () => null },
      newId(),
      () => [{ type: 'ParcelDelivered', data: {} }],
      { key },
    );
    await runner.idle();
    expect(handled).toEqual([key]);
    expect((await runner.status())[0]).toMatchObject({ parkedKeys: 1, parkedEvents: 1, deadLetters: 1 });
  });

  it('is found when it ends the process, again and again', async () => {
    const sick = newId();
    const handled: string[] = [];
    const undone: (() => void)[] = [];
    const endsProcess: Reactor<ParcelEvent> = {
      name: 'mortal',
      sources: [{ service: 'parcels' }],
      react: (event) => {
        // A process that ends leaves its work undone without an error: here it comes back when all is over.
        if (event.type === 'ParcelScanned' && event.data.depot === 'Poisonville')
          return new Promise<void>((resolve) => undone.push(resolve));
        handled.push(event.key);
        return Promise.resolve();
      },
    };
    await parcels.parcel(sick, 'Poisonville');
    const lives: ConsumerRunner[] = [];
    const letters = (): Promise<readonly unknown[]> => bus.rows('SELECT FROM bus.dead_letter');
    while ((await letters()).length === 0) {
      expect(lives.length).toBeLessThan(12);
      const deaths = undone.length;
      const life = await bus.run([parcels.feed], { reactors: [endsProcess] });
      lives.push(life);
      await until(async () => undone.length > deaths || (await letters()).length > 0);
    }
    const healthy = newId();
    await parcels.parcel(healthy);
    await until(() => handled.includes(healthy));
    const [letter] = await (lives.at(-1) as ConsumerRunner).deadLetters.list();
    expect(letter).toMatchObject({ key: sick, errorClass: 'ProcessEnded', attempts: 0, startedAttempts: 4 });
    for (const resolve of undone) resolve();
    await Promise.all(lives.map((life) => life.stop()));
  });
});

describe('surroundings that fail', () => {
  let bus: TestBus;
  let parcels: TestSource;
  beforeAll(async () => {
    bus = await TestBus.open(SCHEMA);
    parcels = bus.source('parcels');
  });
  afterEach(() => bus.reset());
  afterAll(() => bus.close());

  it('never make a dead letter: the event is tried until they are back', async () => {
    const failures = [
      ...['ECONNREFUSED', '40001', '57P01', '53300', '42P01'].map((code) => Object.assign(new Error('no'), { code })),
      Object.assign(new Error('bad gateway'), { status: 503 }),
      new DOMException('no answer', 'TimeoutError'),
      Object.assign(new Error('not yet'), { transient: true }),
    ];
    const signals: ConsumerSignal[] = [];
    let answers: Error[] = [];
    const reactor: Reactor = {
      name: 'calls-out',
      sources: [{ service: 'parcels' }],
      react: () => {
        const answer = answers.shift();
        return answer === undefined ? Promise.resolve() : Promise.reject(answer);
      },
    };
    const runner = await bus.run([parcels.feed], {
      reactors: [reactor],
      attempts: 1,
      observe: (signal) => signals.push(signal),
    });
    for (const failure of failures) {
      answers = [failure, failure];
      await parcels.parcel(newId());
      await runner.idle();
      expect(answers).toHaveLength(0);
    }
    expect(await runner.deadLetters.list()).toHaveLength(0);
    expect(signals.filter((signal) => signal.kind === 'backing-off')).toHaveLength(2 * failures.length);
  });

  it('do not stop consumers for good when their connections are cut', async () => {
    const runner = await bus.run([parcels.feed], { projections: [depotProjection] });
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 20 }, () => parcels.parcel(newId(), 'Daegu')));
      await bus.database.pool
        .query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        )
        .catch(() => undefined);
    }
    await runner.idle(30_000);
    expect(await bus.rows('SELECT FROM rm.depot')).toHaveLength(100);
    expect(await runner.deadLetters.list()).toHaveLength(0);
  });
});
