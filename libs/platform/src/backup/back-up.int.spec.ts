import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createPool,
  EventStore,
  newId,
  PostgresEventLog,
  type Aggregate,
  type DomainEvent,
  type RecordedEvent,
} from '@crm/event-sourcing';
import { createTestDatabase, until, type TestDatabase } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, migrationNames, runMigrations, sqlMigration, WrongDatabase } from '../service/migrations.js';
import { backUp } from './back-up.js';
import { BackupRefused, fileOf, MANIFEST, type Manifest, type RefusalReason } from './manifest.js';
import { RestoreUnfinished, restoreMark } from './restore-mark.js';
import { restore, restoreInPlace } from './restore.js';

type NoteTaken = DomainEvent<'NoteTaken', { readonly text: string }>;
const noteTaken = (text: string) => (): readonly NoteTaken[] => [{ type: 'NoteTaken', data: { text } }];
const noteAggregate: Aggregate<number, NoteTaken> = { category: 'note', initial: 0, evolve: (notes) => notes + 1 };

const shelves = sqlMigration(
  1,
  'Shelves',
  `CREATE TABLE rm.a_note (
      note_id uuid PRIMARY KEY, shelf int NOT NULL, text text, sealed bytea, tags text[], more jsonb, at timestamptz,
      length int GENERATED ALWAYS AS (char_length(text)) STORED
    );
    CREATE SCHEMA app;
    CREATE TABLE app.shelf (shelf int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
    ALTER TABLE rm.a_note ADD FOREIGN KEY (shelf) REFERENCES app.shelf;
    INSERT INTO app.shelf (name) VALUES ('first')`,
);
const stars = sqlMigration(2, 'Stars', 'ALTER TABLE rm.a_note ADD COLUMN stars int');
const MIGRATIONS = [shelves];
const NOTES = `INSERT INTO rm.a_note (note_id, shelf, text, sealed, tags, more, at)
  SELECT gen_random_uuid(), shelf, $1, $2, $3, $4, $5 FROM app.shelf`;
const AWKWARD = ['', '\\N', '\\.', 'tab\tline\nreturn\r', 'back\\slash', 'quote"\'', '가나다 😀', '{a,b}', null];

const WORKING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'service work'`;

/** What is another after a restore: the incarnation, and what counts by it. */
const DIFFERS = ['es.store', 'es.incarnation'];
const CONTENT = `SELECT format('%s.%s', schemaname, tablename) AS name,
  (xpath('/row/c/text()', query_to_xml(format(
    $q$SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ';' ORDER BY t::text)), '') AS c FROM %I.%I t$q$, schemaname, tablename
  ), false, true, '')))[1]::text AS content
  FROM pg_tables WHERE schemaname = ANY('{app,bus,es,jobs,pii,platform,rm}') AND (schemaname, tablename) <> ('platform', 'restore') ORDER BY 1`;

async function contentOf({ pool }: TestDatabase): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ name: string; content: string }>(CONTENT);
  return new Map(rows.filter(({ name }) => !DIFFERS.includes(name)).map(({ name, content }) => [name, content]));
}

async function refusal(work: Promise<unknown>): Promise<RefusalReason> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BackupRefused) return error.reason;
  throw new Error('it was not refused', { cause: error });
}

describe('a backup of a service', () => {
  let folder: string;
  let live: TestDatabase;
  let store: EventStore;
  const made: TestDatabase[] = [];

  const anEmptyDatabase = async (): Promise<TestDatabase> => {
    const database = await createTestDatabase();
    made.push(database);
    return database;
  };
  const take = (text: string): Promise<unknown> =>
    store.transact(noteAggregate, newId(), noteTaken(text), { commandId: newId() });
  const backUpTo = (name: string, { url } = live): Promise<Manifest> =>
    backUp({ databaseUrl: url, service: 'service', migrations: MIGRATIONS, to: join(folder, name) });
  const restoreFrom = (name: string, to: TestDatabase, more: object = {}) =>
    restore({ databaseUrl: to.url, service: 'service', from: join(folder, name), migrations: MIGRATIONS, ...more });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-backup-'));
    live = await anEmptyDatabase();
    await migrate(live.url, MIGRATIONS);
    store = new EventStore(new PostgresEventLog(live.pool));
    for (const text of AWKWARD) {
      await take(text ?? 'nothing');
      await live.pool.query(NOTES, [
        text,
        Buffer.from([0, 1, 92, 255]),
        [text],
        { text },
        '2026-01-01T00:00:00.123456Z',
      ]);
    }
    await live.pool.query(`INSERT INTO app.shelf (name) VALUES ('second')`);
    await store.log.bury(newId());
    await live.pool.query(
      `INSERT INTO bus.cursor SELECT 'notes', s, incarnation::text, 0, 0 FROM es.store, unnest('{service,sales}'::text[]) s`,
    );
    await backUpTo('whole');
  });
  afterAll(async () => {
    for (const database of made) await database.drop();
    await rm(folder, { recursive: true });
  });

  it('gives every table back as it was', async () => {
    const copy = await anEmptyDatabase();
    await restoreFrom('whole', copy);
    const [before, after] = [await contentOf(live), await contentOf(copy)];
    const own = 'bus.cursor';
    expect([...after].filter(([name]) => name !== own)).toEqual([...before].filter(([name]) => name !== own));
    expect(before.get('rm.a_note')).toMatch(/^9 /);
  });

  it('goes on where its numbers ended', async () => {
    const copy = await anEmptyDatabase();
    await restoreFrom('whole', copy);
    await copy.pool.query(`INSERT INTO app.shelf (name) VALUES ('third')`);
    const { rows } = await copy.pool.query('SELECT shelf FROM app.shelf ORDER BY shelf');
    expect(rows).toEqual([{ shelf: 1 }, { shelf: 2 }, { shelf: 3 }]);
  });

  it('begins a new incarnation at the heads that it holds, which its own consumers follow', async () => {
    const copy = await anEmptyDatabase();
    const { backup, incarnation } = await restoreFrom('whole', copy);
    const log = new PostgresEventLog(copy.pool);
    expect(await log.incarnation()).toBe(incarnation);
    expect(incarnation).not.toBe(backup.incarnation);
    const history = await log.incarnations();
    expect(history.map((life) => life.incarnation)).toEqual([backup.incarnation, incarnation]);
    expect(history[1]).toMatchObject({ predecessor: backup.incarnation, heads: await log.heads() });
    expect((await log.heads()).map(String)).toEqual(backup.heads);
    const { rows } = await copy.pool.query('SELECT source, incarnation FROM bus.cursor ORDER BY source');
    expect(rows).toEqual([
      { source: 'sales', incarnation: backup.incarnation },
      { source: 'service', incarnation },
    ]);
  });

  it('is of one moment, whatever is appended while it is taken', async () => {
    let writing = true;
    const writer = (async () => {
      while (writing) await Promise.all(Array.from({ length: 20 }, () => take('meanwhile')));
    })();
    const { heads, tables } = await backUpTo('meanwhile');
    writing = false;
    await writer;
    const rowsOf = (table: string): number => tables.find((one) => one.table === table)?.rows ?? 0;
    expect(heads.reduce((sum, head) => sum + Number(head), 0)).toBe(rowsOf('event'));
    expect(rowsOf('command_log')).toBe(rowsOf('event'));
    const copy = await anEmptyDatabase();
    await restoreFrom('meanwhile', copy);
    const { rows } = await copy.pool.query<{ n: bigint; head: bigint }>(
      'SELECT count(*) AS n, max(position) AS head FROM es.event GROUP BY lane',
    );
    expect(rows.map(({ n }) => n)).toEqual(rows.map(({ head }) => head));
  });

  it('of an older version is brought up to date', async () => {
    const copy = await anEmptyDatabase();
    await restoreFrom('whole', copy, { migrations: [shelves, stars] });
    const { rows } = await copy.pool.query('SELECT DISTINCT stars FROM rm.a_note');
    expect(rows).toEqual([{ stars: null }]);
  });

  it('of a database that had no history of incarnations yet begins one', async () => {
    const old = await anEmptyDatabase();
    const names = migrationNames(MIGRATIONS).filter((name) => !name.startsWith('deployment'));
    await runMigrations(old.url, MIGRATIONS, new Set(names));
    await new EventStore(new PostgresEventLog(old.pool)).transact(noteAggregate, newId(), noteTaken('old'));
    await backUpTo('old', old);
    const copy = await anEmptyDatabase();
    const { backup, incarnation } = await restoreFrom('old', copy);
    const history = await new PostgresEventLog(copy.pool).incarnations();
    expect(history.map((life) => life.incarnation)).toEqual([backup.incarnation, incarnation]);
  });

  it('takes the place of what there was only when told so', async () => {
    const copy = await anEmptyDatabase();
    await migrate(copy.url, MIGRATIONS);
    expect(await refusal(restoreFrom('whole', copy))).toBe('not-empty');
    expect(await restoreMark(copy.pool)).toBeUndefined();
    const { backup } = await restoreFrom('whole', copy, { replace: true });
    const { rows } = await copy.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM es.event');
    expect(rows[0]?.n).toBe(backup.tables.find(({ table }) => table === 'event')?.rows);
  });

  it('is not put where something is already, and not taken of nothing', async () => {
    expect(await refusal(backUpTo('whole'))).toBe('exists');
    const nothing = await anEmptyDatabase();
    expect(await refusal(backUpTo('nothing', nothing))).toBe('not-a-backup');
  });

  it('is not made of the database of another service, and takes the place of none', async () => {
    const own = sqlMigration(1, 'Papers', 'CREATE TABLE rm.paper (paper int)');
    const foreign = await anEmptyDatabase();
    await migrate(foreign.url, [own]);
    await expect(backUpTo('foreign', foreign)).rejects.toThrow(WrongDatabase);
    await expect(restoreFrom('whole', foreign, { replace: true })).rejects.toThrow(WrongDatabase);
    await expect(migrate(foreign.url, MIGRATIONS)).rejects.toThrow(
      'the database is that of another service: it lacks the migration Shelves1700000000001, and has Papers1700000000001',
    );
    await migrate(foreign.url, [own]);
    expect((await foreign.pool.query('SELECT FROM rm.paper')).rowCount).toBe(0);
  });

  describe('refuses to be restored, and touches nothing,', () => {
    const spoil = async (change: (manifest: Manifest, at: string) => Promise<string | undefined>): Promise<string> => {
      const name = newId();
      await backUpTo(name);
      const path = join(folder, name, MANIFEST);
      const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
      const text = await change(manifest, join(folder, name));
      if (text !== undefined) await writeFile(path, text);
      return name;
    };
    const events = { schema: 'es', table: 'event' };

    it.each<[string, RefusalReason, (manifest: Manifest, at: string) => Promise<string | undefined>]>([
      [
        'when a file was changed',
        'damaged',
        async (_, at) => {
          const file = await readFile(join(at, fileOf(events)));
          file[file.length - 20] = (file[file.length - 20] ?? 0) ^ 1;
          await writeFile(join(at, fileOf(events)), file);
          return undefined;
        },
      ],
      [
        'when a file is missing',
        'damaged',
        async (_, at) => {
          await rm(join(at, fileOf(events)));
          return undefined;
        },
      ],
      [
        'when the manifest was cut off',
        'damaged',
        (manifest) => Promise.resolve(JSON.stringify(manifest).slice(0, -9)),
      ],
      [
        'when its format is not known',
        'damaged',
        (manifest) => Promise.resolve(JSON.stringify({ ...manifest, format: 2 })),
      ],
      [
        'when it was not finished',
        'unfinished',
        async (_, at) => {
          await rm(join(at, MANIFEST));
          return undefined;
        },
      ],
      [
        'when it is of another service',
        'wrong-service',
        (manifest) => Promise.resolve(JSON.stringify({ ...manifest, service: 'sales' })),
      ],
      [
        'when a newer version took it',
        'newer',
        (manifest) => Promise.resolve(JSON.stringify({ ...manifest, migrations: [...manifest.migrations, 'Next'] })),
      ],
    ])('%s', async (_, reason, change) => {
      const name = await spoil(change);
      const database = await anEmptyDatabase();
      expect(await refusal(restoreFrom(name, database))).toBe(reason);
      expect((await contentOf(database)).size).toBe(0);
    });

    it('when the service is running on the database', async () => {
      const database = await anEmptyDatabase();
      const instance = createPool({ url: database.url, applicationName: 'service work' });
      await instance.query('SELECT 1');
      expect(await refusal(restoreFrom('whole', database, { replace: true }))).toBe('in-use');
      await instance.end();
    });

    it('when there is nothing at the place named', async () => {
      expect(await refusal(restoreFrom('nowhere', await anEmptyDatabase()))).toBe('not-a-backup');
    });
  });

  it('is not needed by a database that came back by other means, which begins a new incarnation and stays closed too', async () => {
    const database = await anEmptyDatabase();
    await migrate(database.url, MIGRATIONS);
    await new EventStore(new PostgresEventLog(database.pool)).transact(noteAggregate, newId(), noteTaken('kept'), {});
    const inPlace = { databaseUrl: database.url, service: 'service', migrations: MIGRATIONS } as const;
    const incarnationOf = async (): Promise<string | undefined> =>
      (await database.pool.query<{ incarnation: string }>('SELECT incarnation::text FROM es.store')).rows[0]
        ?.incarnation;
    const before = await incarnationOf();
    const instance = createPool({ url: database.url, applicationName: 'service work' });
    await instance.query('SELECT 1');
    expect(await refusal(restoreInPlace(inPlace))).toBe('in-use');
    expect(await incarnationOf()).toBe(before);
    await instance.end();
    await until(async () => (await database.pool.query(WORKING)).rowCount === 0);
    const begun = await restoreInPlace(inPlace);
    expect([await incarnationOf(), begun === before]).toEqual([begun, false]);
    expect(await restoreMark(database.pool)).toMatchObject({ service: 'service', state: 'loaded' });
    await expect(migrate(database.url, MIGRATIONS)).rejects.toThrow('crm restore service --resume');
  });

  it('that could not be loaded leaves a database that stays closed until it is restored again', async () => {
    const name = newId();
    const manifest = await backUpTo(name);
    const wrong = manifest.tables.map((one) => (one.table === 'a_note' ? { ...one, rows: one.rows + 1 } : one));
    await writeFile(join(folder, name, MANIFEST), JSON.stringify({ ...manifest, tables: wrong }));
    const database = await anEmptyDatabase();
    expect(await refusal(restoreFrom(name, database))).toBe('damaged');
    await expect(migrate(database.url, MIGRATIONS)).rejects.toThrow(RestoreUnfinished);
    await expect(backUpTo(newId(), database)).rejects.toThrow('crm restore service --replace');
    await restoreFrom('whole', database, { replace: true });
    await expect(migrate(database.url, MIGRATIONS)).rejects.toThrow('crm restore service --resume');
  });

  it('holds events that nothing distinguishes from those that were stored', async () => {
    const copy = await anEmptyDatabase();
    await restoreFrom('whole', copy);
    const eventsOf = async (database: TestDatabase, heads: readonly bigint[]): Promise<readonly RecordedEvent[]> => {
      const events = await new PostgresEventLog(database.pool).readLanes(
        heads.map(() => 0n),
        1_000,
      );
      return events.filter(({ lane, position }) => position <= (heads[lane] ?? 0n));
    };
    const heads = await new PostgresEventLog(copy.pool).heads();
    expect(await eventsOf(copy, heads)).toEqual(await eventsOf(live, heads));
  });
});
