import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { canRun, canWriteIn } from './server-account.js';
import { query } from './spec-kit/client.js';
import { removeTemporaryFolders, temporaryFolder } from './spec-kit/folders.js';
import { OtherProcess } from './spec-kit/other-process.js';

afterEach(removeTemporaryFolders);

const PLAIN_USER = { uid: 65_529, gid: 65_529, prefix: [] };
const root = process.getuid?.() === 0;
const asRoot = root ? it : it.skip;
// A plain user can only be played where it can reach Node and this repository.
const asPlainUser =
  root &&
  canRun(process.execPath, PLAIN_USER) &&
  canRun(join(import.meta.dirname, '../../../node_modules/.bin/tsc'), PLAIN_USER)
    ? it
    : it.skip;

const locationOf = (dataDir: string) =>
  (JSON.parse(readFileSync(join(dataDir, 'postgres.location'), 'utf8')) as { cluster: string }).cluster;

describe('root', () => {
  asRoot('runs the server as another user, with the data inside the data folder', async () => {
    const dataDir = temporaryFolder();
    const server = await startEmbeddedPostgres({ dataDir });
    const owner = statSync(join(dataDir, 'pgdata')).uid;
    expect(owner).not.toBe(0);
    expect(existsSync(join(dataDir, 'postgres.location'))).toBe(false);
    await server.stop();
  });

  asRoot('finds data again that had to be put outside of a closed folder, and removes them with it', async () => {
    const dataDir = join(temporaryFolder(0o700), 'data');
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.url('postgres'), 'CREATE TABLE kept AS SELECT 1 AS n');
    await first.stop();
    const cluster = locationOf(dataDir);
    const second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.url('postgres'), 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await second.stop();
    await removeEmbeddedPostgres(dataDir);
    expect([existsSync(cluster), existsSync(dataDir)]).toEqual([false, false]);
  });

  asRoot('keeps the data when the folder is closed later', async () => {
    const parent = temporaryFolder();
    const dataDir = join(parent, 'data');
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.url('postgres'), 'CREATE TABLE kept AS SELECT 1 AS n');
    await first.stop();
    chmodSync(parent, 0o700);
    const second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.url('postgres'), 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    expect(existsSync(join(dataDir, 'pgdata'))).toBe(false);
    await second.stop();
  });

  asRoot('says so when data that lie elsewhere have been removed', async () => {
    const dataDir = join(temporaryFolder(0o700), 'data');
    await (await startEmbeddedPostgres({ dataDir })).stop();
    const cluster = locationOf(dataDir);
    await rm(cluster, { recursive: true });
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`its data are in ${cluster}`);
  });
});

describe('a plain user', () => {
  const USE_ONCE = `
    const server = await startEmbeddedPostgres({ dataDir });
    const client = new pg.Client({ connectionString: server.url('postgres') });
    await client.connect();
    await client.query('CREATE TABLE IF NOT EXISTS visits (n int)');
    await client.query('INSERT INTO visits VALUES (1)');
    console.log((await client.query('SELECT count(*)::int AS n FROM visits')).rows[0].n);
    await client.end();
    await server.stop();`;

  asPlainUser('runs the server itself in a folder that nobody else can read, and root can go on with it', async () => {
    const home = join(temporaryFolder(), 'home');
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, PLAIN_USER.uid, PLAIN_USER.gid);
    const dataDir = join(home, 'data');
    for (const visits of ['1', '2']) {
      const user = OtherProcess.run(dataDir, USE_ONCE, PLAIN_USER);
      expect(await user.line()).toBe(visits);
      await user.end();
    }
    expect(canWriteIn(join(dataDir, 'pgdata'), PLAIN_USER)).toBe(true);
    const server = await startEmbeddedPostgres({ dataDir });
    expect(await query(server.url('postgres'), 'SELECT count(*)::int AS n FROM visits')).toEqual([{ n: 2 }]);
    await server.stop();
    expect(statSync(join(dataDir, 'pgdata')).uid).toBe(PLAIN_USER.uid);
    await removeEmbeddedPostgres(dataDir);
  });
});
