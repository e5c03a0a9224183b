import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { DataFolderInUse, DataFolderUnusable, DataVersionMismatch, PortInUse } from './errors.js';
import { query } from './spec-kit/client.js';
import { removeTemporaryFolders, temporaryFolder } from './spec-kit/folders.js';
import { takenPort } from './spec-kit/ports.js';

afterEach(removeTemporaryFolders);

describe('embedded PostgreSQL', () => {
  it('keeps what was committed over a stop and a start', async () => {
    const dataDir = join(temporaryFolder(), 'made', 'on', 'demand');
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.url('postgres'), 'CREATE DATABASE shop');
    await query(first.url('shop'), 'CREATE TABLE kept (name text)', `INSERT INTO kept VALUES ('김서연')`);
    await first.stop();
    const second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.url('shop'), 'SELECT name FROM kept')).toEqual([{ name: '김서연' }]);
    expect(second.adopted).toBe(false);
    await second.stop();
  });

  it('is durable, checked, reachable from this machine alone and sorts alike everywhere', async () => {
    const server = await startEmbeddedPostgres({ dataDir: temporaryFolder() });
    const names = ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses'];
    const rows = await query<{ name: string; setting: string }>(
      server.url('postgres'),
      `SELECT name, setting FROM pg_settings WHERE name = ANY ('{${names.join()},unix_socket_directories}')`,
    );
    expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
    });
    const [database] = await query(
      server.url('postgres'),
      `SELECT datcollate, datctype, pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = 'template1'`,
    );
    expect(database).toEqual({ datcollate: 'C', datctype: 'C', encoding: 'UTF8' });
    await server.stop();
  });

  it('lets nobody in who cannot read the password file', async () => {
    const dataDir = temporaryFolder();
    const server = await startEmbeddedPostgres({ dataDir });
    const guess = new URL(server.url('postgres'));
    guess.password = 'postgres';
    await expect(query(guess.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(statSync(join(dataDir, 'postgres.password')).mode & 0o777).toBe(0o600);
    await server.stop();
  });

  it('keeps personal values out of its log, also when statements fail', async () => {
    const dataDir = temporaryFolder();
    const server = await startEmbeddedPostgres({ dataDir });
    const client = new pg.Client({ connectionString: server.url('postgres') });
    await client.connect();
    await client.query('CREATE TABLE person (name text PRIMARY KEY, born date)');
    await client.query('INSERT INTO person (name) VALUES ($1)', ['canary-name']);
    await expect(client.query('INSERT INTO person (name) VALUES ($1)', ['canary-name'])).rejects.toThrow('duplicate');
    await expect(client.query(`INSERT INTO person VALUES ('x', 'canary-date')`)).rejects.toThrow('invalid input');
    await expect(client.query(`SELECT canary_column FROM person`)).rejects.toThrow('does not exist');
    await expect(client.query(`DO $$ BEGIN RAISE WARNING 'canary-warning'; RAISE 'canary'; END $$`)).rejects.toThrow();
    await client.end();
    await server.stop();
    const log = readFileSync(join(dataDir, 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toMatch(/canary/);
  });

  it('stops fast while transactions are open, twice if asked', async () => {
    const server = await startEmbeddedPostgres({ dataDir: temporaryFolder() });
    const client = new pg.Client({ connectionString: server.url('postgres') });
    const errors: string[] = [];
    client.on('error', (error) => errors.push(error.message));
    await client.connect();
    await client.query('BEGIN; CREATE TABLE half_done ()');
    await Promise.all([server.stop(), server.stop()]);
    expect(errors[0]).toContain('terminat');
  });
});

describe('start on a data folder that cannot serve', () => {
  it('is refused to the second of two starts at once, naming the process that holds it', async () => {
    const dataDir = temporaryFolder();
    const outcomes = await Promise.allSettled([startEmbeddedPostgres({ dataDir }), startEmbeddedPostgres({ dataDir })]);
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as Error);
    expect(refusals).toEqual([new DataFolderInUse(dataDir, process.pid)]);
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value.stop();
  });

  it('is refused on a port that somebody else has, and works on it afterwards', async () => {
    const dataDir = temporaryFolder();
    const { port, server: rival } = await takenPort();
    await expect(startEmbeddedPostgres({ dataDir, port })).rejects.toEqual(new PortInUse(port));
    await new Promise((resolve) => rival.close(resolve));
    const server = await startEmbeddedPostgres({ dataDir, port });
    expect(server.port).toBe(port);
    await server.stop();
  });

  it('is refused when another major version wrote the data', async () => {
    const dataDir = temporaryFolder();
    await (await startEmbeddedPostgres({ dataDir })).stop();
    writeFileSync(join(dataDir, 'pgdata', 'PG_VERSION'), '15\n');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toEqual(new DataVersionMismatch(dataDir, '15', '18'));
  });

  it('is refused when the password file is gone', async () => {
    const dataDir = temporaryFolder();
    await (await startEmbeddedPostgres({ dataDir })).stop();
    rmSync(join(dataDir, 'postgres.password'));
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(DataFolderUnusable);
  });

  it('is refused below a file, saying so', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(startEmbeddedPostgres({ dataDir: join(file, 'data') })).rejects.toThrow(/cannot be used: EEXIST/);
  });
});
