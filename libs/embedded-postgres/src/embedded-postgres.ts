import { existsSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { prepareBinaries } from './binaries.js';
import { clusterPassword, ensureCluster, SUPERUSER } from './cluster.js';
import { DataFolderLock } from './data-folder-lock.js';
import { DataFolderUnusable, EmbeddedPostgresError } from './errors.js';
import { clusterFolders, makeDataFolder, type Placement, placeCluster, systemFolder } from './placement.js';
import { findPostmaster, isRunning, type Postmaster, stopPostmaster, waitUntil } from './postmaster.js';
import { launch } from './server-process.js';
import { CLUSTER_NAME } from './settings.js';

const ADOPTION_LIMIT_MS = 30_000;

export interface EmbeddedPostgresOptions {
  /** Made when missing. One process at a time uses it. */
  readonly dataDir: string;
  /** A free port when left out. */
  readonly port?: number;
  readonly log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  readonly port: number;
  /** Process number of the server itself. */
  readonly pid: number;
  /** True when the server was still running after its process had been killed, and goes on serving. */
  readonly adopted: boolean;
  /** Connection string of the superuser, with its password: for the program, not for a log. */
  url(database: string): string;
  /** Fast shutdown. Everything committed is kept; the data folder is free afterwards. May be called twice. */
  stop(): Promise<void>;
  /** Lets the server go on when this process ends. The next start on the folder adopts it. */
  leave(): void;
}

/**
 * Starts PostgreSQL on a data folder, or takes over the server that a killed process left behind on it.
 * Only holders of the password file in the data folder can connect. Killing this process at any moment loses nothing.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, lock } = take(options.dataDir);
  try {
    const placement = await placeCluster(dataDir);
    const password = clusterPassword(dataDir, placement);
    const leftBehind = await adopt(placement, password, options);
    const postmaster = leftBehind ?? (await startOn(dataDir, placement, password, options));
    return supervise(postmaster, password, lock, leftBehind !== undefined);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Stops the server that was left running on a data folder, if there is one. Everything committed is kept. */
export async function stopEmbeddedPostgres(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const { dataDir, lock } = take(folder);
  try {
    for (const cluster of clusterFolders(dataDir)) {
      const running = findPostmaster(cluster);
      if (running) await stopPostmaster(running);
    }
  } finally {
    lock.release();
  }
}

/** Stops what still runs on a data folder and removes it with its data, also where they lie outside of the folder. */
export async function removeEmbeddedPostgres(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const { dataDir } = take(folder);
  for (const cluster of clusterFolders(dataDir)) {
    const running = findPostmaster(cluster);
    if (running) await stopPostmaster(running);
    rmSync(cluster, { recursive: true, force: true });
  }
  rmSync(dataDir, { recursive: true, force: true });
}

function take(folder: string): { dataDir: string; lock: DataFolderLock } {
  try {
    makeDataFolder(folder);
    const dataDir = realpathSync(folder);
    return { dataDir, lock: DataFolderLock.acquire(dataDir) };
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw new DataFolderUnusable(resolve(folder), (error as Error).message, { cause: error });
  }
}

async function startOn(
  dataDir: string,
  placement: Placement,
  password: string,
  { port, log }: EmbeddedPostgresOptions,
): Promise<Postmaster> {
  const binaries = prepareBinaries(placement.account, () =>
    placement.account.uid === undefined ? dataDir : systemFolder(dataDir),
  );
  if (!existsSync(placement.cluster)) log?.(`making a PostgreSQL cluster in ${placement.cluster}`);
  ensureCluster(dataDir, placement, binaries, password);
  const postmaster = await launch(dataDir, placement, binaries, port);
  log?.(`PostgreSQL ${binaries.version} runs on port ${postmaster.port} as process ${postmaster.pid}`);
  return postmaster;
}

async function adopt(
  { cluster }: Placement,
  password: string,
  { port, log }: EmbeddedPostgresOptions,
): Promise<Postmaster | undefined> {
  const found = findPostmaster(cluster);
  if (!found) {
    // Its process is gone or unrelated: the server would take a reused process number for a living rival.
    rmSync(join(cluster, 'postmaster.pid'), { force: true });
    return undefined;
  }
  await waitUntil(() => (findPostmaster(cluster)?.ready ?? true) || !isRunning(found), ADOPTION_LIMIT_MS);
  const current = findPostmaster(cluster);
  if (current && (port === undefined || port === current.port) && (await answers(current, cluster, password))) {
    log?.(`adopted the PostgreSQL server of a process that was killed (port ${current.port}, process ${current.pid})`);
    return current;
  }
  log?.(`stopping the PostgreSQL server that a killed process left behind (process ${found.pid})`);
  await stopPostmaster(current ?? found);
  return undefined;
}

async function answers({ port }: Postmaster, cluster: string, password: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(port, password, 'postgres'), connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const sql = `SELECT current_setting('data_directory') AS folder, current_setting('cluster_name') AS name`;
    const { rows } = await client.query<{ folder: string; name: string }>(sql);
    return rows[0]?.folder === cluster && rows[0].name === CLUSTER_NAME;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function supervise(postmaster: Postmaster, password: string, lock: DataFolderLock, adopted: boolean): EmbeddedPostgres {
  let stopped: Promise<void> | undefined;
  // The last resort of a process that ends without stop(): the signal is enough, the server finishes by itself.
  const onExit = () => {
    if (isRunning(postmaster)) process.kill(postmaster.pid, 'SIGINT');
  };
  process.once('exit', onExit);
  const shutDown = async () => {
    await stopPostmaster(postmaster);
    process.off('exit', onExit);
    lock.release();
  };
  return {
    port: postmaster.port,
    pid: postmaster.pid,
    adopted,
    url: (database) => urlOf(postmaster.port, password, database),
    stop: () => (stopped ??= shutDown()),
    leave: () => {
      process.off('exit', onExit);
      lock.release();
    },
  };
}

function urlOf(port: number, password: string, database: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}
