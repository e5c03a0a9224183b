import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from './embedded-postgres.js';
import { findPostmaster, waitUntil } from './postmaster.js';
import { query } from './spec-kit/client.js';
import { removeTemporaryFolders, temporaryFolder } from './spec-kit/folders.js';
import { freePort } from './spec-kit/ports.js';
import { OtherProcess } from './spec-kit/other-process.js';

afterEach(removeTemporaryFolders);

const WRITE_WITHOUT_END = `
  const server = await startEmbeddedPostgres({ dataDir });
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS acknowledged (n bigint)');
  for (let n = 1; ; n++) { await client.query('INSERT INTO acknowledged VALUES ($1)', [n]); console.log(n); }`;

/** Reads what the process acknowledged before it is killed. */
async function writeThenKill(dataDir: string, rows: number): Promise<void> {
  const writer = OtherProcess.run(dataDir, WRITE_WITHOUT_END);
  for (let n = 1; n <= rows; n++) expect(await writer.line()).toBe(String(n));
  await writer.kill();
}

async function countRows(url: string): Promise<number> {
  const [row] = await query<{ count: string }>(url, 'SELECT count(*) FROM acknowledged');
  return Number(row?.count);
}

const clusterOf = (dataDir: string) => join(dataDir, 'pgdata');

describe('a server that is left to itself', () => {
  it('goes on when its process has ended, until somebody stops it', async () => {
    const dataDir = temporaryFolder();
    const starter = OtherProcess.run(
      dataDir,
      'const server = await startEmbeddedPostgres({ dataDir }); server.leave(); console.log(server.pid); process.exit();',
    );
    const pid = Number(await starter.line());
    await starter.end();
    const server = await startEmbeddedPostgres({ dataDir });
    expect(server).toMatchObject({ adopted: true, pid });
    server.leave();
    await stopEmbeddedPostgres(dataDir);
    expect(findPostmaster(clusterOf(dataDir))).toBeUndefined();
  });
});

describe('after kill -9 of the process', () => {
  it('the next start adopts the server, and every acknowledged row is there', async () => {
    const dataDir = temporaryFolder();
    await writeThenKill(dataDir, 200);
    const before = findPostmaster(clusterOf(dataDir));
    const server = await startEmbeddedPostgres({ dataDir });
    expect(server).toMatchObject({ adopted: true, port: before?.port });
    expect(await countRows(server.url('postgres'))).toBeGreaterThanOrEqual(200);
    await server.stop();
    expect(findPostmaster(clusterOf(dataDir))).toBeUndefined();
  });

  it('a start on another port replaces the server', async () => {
    const dataDir = temporaryFolder();
    await writeThenKill(dataDir, 20);
    const leftBehind = findPostmaster(clusterOf(dataDir));
    const port = await freePort();
    const lines: string[] = [];
    const server = await startEmbeddedPostgres({ dataDir, port, log: (line) => lines.push(line) });
    expect(server).toMatchObject({ adopted: false, port });
    expect(lines[0]).toContain(`killed process left behind (process ${leftBehind?.pid})`);
    expect(await countRows(server.url('postgres'))).toBeGreaterThanOrEqual(20);
    await server.stop();
  });

  it('and of the server, recovery brings every acknowledged row back', async () => {
    const dataDir = temporaryFolder();
    await writeThenKill(dataDir, 200);
    const leftBehind = findPostmaster(clusterOf(dataDir));
    process.kill(leftBehind?.pid ?? 0, 'SIGKILL');
    const server = await startEmbeddedPostgres({ dataDir });
    expect(server.adopted).toBe(false);
    expect(await countRows(server.url('postgres'))).toBeGreaterThanOrEqual(200);
    await server.stop();
  });

  it('a pid file whose number now belongs to an unrelated process does not stop the start', async () => {
    const dataDir = temporaryFolder();
    await writeThenKill(dataDir, 20);
    const leftBehind = findPostmaster(clusterOf(dataDir));
    const pidFile = join(clusterOf(dataDir), 'postmaster.pid');
    const text = readFileSync(pidFile, 'utf8');
    process.kill(leftBehind?.pid ?? 0, 'SIGKILL');
    await waitUntil(() => findPostmaster(clusterOf(dataDir)) === undefined, 10_000);
    writeFileSync(pidFile, text.replace(/^\d+/, String(process.pid)));
    const server = await startEmbeddedPostgres({ dataDir });
    expect(await countRows(server.url('postgres'))).toBeGreaterThanOrEqual(20);
    await server.stop();
  });
});

describe('a second process', () => {
  it('is refused while the first lives, and told its number', async () => {
    const dataDir = temporaryFolder();
    const server = await startEmbeddedPostgres({ dataDir });
    const rival = OtherProcess.run(
      dataDir,
      `await startEmbeddedPostgres({ dataDir }).catch((e) => console.log(e.code, e.pid));`,
    );
    expect(await rival.line()).toBe(`data-folder-in-use ${process.pid}`);
    expect(await query(server.url('postgres'), 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
    await server.stop();
  });

  it('takes its server along when it ends without stopping it', async () => {
    const dataDir = temporaryFolder();
    const forgetful = OtherProcess.run(
      dataDir,
      `const { port } = await startEmbeddedPostgres({ dataDir }); console.log(port);`,
    );
    await forgetful.line();
    await forgetful.end();
    expect(await waitUntil(() => findPostmaster(clusterOf(dataDir)) === undefined, 10_000)).toBe(true);
  });
});
