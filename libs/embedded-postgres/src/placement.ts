import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DataFolderUnusable } from './errors.js';
import { findPostmaster, stopPostmaster } from './postmaster.js';
import { canWriteIn, handOver, type ServerAccount, serverAccount } from './server-account.js';

const CLUSTER = 'pgdata';
const POINTER = 'postgres.location';
/** The log of the server; it lies in the data folder since the first start of the server. */
export const SERVER_LOG = 'postgres.log';
const SYSTEM_FOLDERS = ['/var/lib/crm-postgres', '/var/tmp/crm-postgres'];
const NOTE = 'The PostgreSQL data of this folder lie elsewhere, since the account of the server cannot reach it.';

/** Where the files of the cluster are, and as whom the server works on them. */
export interface Placement {
  readonly cluster: string;
  readonly account: ServerAccount;
}

/**
 * The cluster lies in the data folder. Only when the server runs as another user who cannot get there, it lies below
 * a system folder, and a pointer file in the data folder says where, so that it is found on every later start.
 */
export async function placeCluster(dataDir: string): Promise<Placement> {
  const here = join(dataDir, CLUSTER);
  const elsewhere = readPointer(dataDir);
  if (elsewhere !== undefined) {
    if (!existsSync(elsewhere)) await bringTo(elsewhere, dataDir);
    return { cluster: elsewhere, account: serverAccount(ownerOf(elsewhere)) };
  }
  const account = serverAccount(ownerOf(here));
  if (account.uid === undefined) return { cluster: here, account };
  if (existsSync(here) ? canWriteIn(here, account) : canHold(dataDir, account)) return { cluster: here, account };
  const target = join(systemFolder(dataDir), `${CLUSTER}-${randomUUID()}`);
  writePointer(dataDir, target);
  if (existsSync(here)) await move(here, target);
  return { cluster: target, account };
}

/** The folders that hold this data folder's cluster now; none before its first start. */
export function clusterFolders(dataDir: string): readonly string[] {
  const candidates = [join(dataDir, CLUSTER), readPointer(dataDir)];
  return candidates.filter((folder): folder is string => folder !== undefined && existsSync(folder));
}

/** A folder that every user can reach and only root can write; it must outlive a restart of the machine. */
export function systemFolder(dataDir: string): string {
  for (const folder of SYSTEM_FOLDERS) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      const { uid, mode } = lstatSync(folder);
      if (lstatSync(folder).isDirectory() && uid === process.getuid?.() && (mode & 0o022) === 0) return folder;
    } catch {
      continue;
    }
  }
  throw new DataFolderUnusable(
    dataDir,
    `the account of the server cannot reach it, and none of ${SYSTEM_FOLDERS.join(', ')} can be used instead.`,
  );
}

function readPointer(dataDir: string): string | undefined {
  const file = join(dataDir, POINTER);
  if (!existsSync(file)) return undefined;
  const { cluster } = JSON.parse(readFileSync(file, 'utf8')) as { cluster: string };
  return cluster;
}

function writePointer(dataDir: string, cluster: string): void {
  const draft = join(dataDir, `${POINTER}.draft`);
  writeFileSync(draft, `${JSON.stringify({ note: NOTE, cluster }, undefined, 2)}\n`, { flush: true });
  renameSync(draft, join(dataDir, POINTER));
}

function ownerOf(folder: string): { uid: number; gid: number } | undefined {
  return existsSync(folder) ? statSync(folder) : undefined;
}

function canHold(dataDir: string, account: ServerAccount): boolean {
  const trial = join(dataDir, `.postgres-trial-${randomUUID()}`);
  mkdirSync(trial, { mode: 0o700 });
  try {
    handOver(trial, account);
    return canWriteIn(trial, account);
  } catch {
    // A shared folder of another machine may refuse to give files away.
    return false;
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}

// The start that wrote the pointer was cut off before the data were there, or somebody has removed them.
async function bringTo(cluster: string, dataDir: string): Promise<void> {
  const here = join(dataDir, CLUSTER);
  if (existsSync(here)) {
    await move(here, cluster);
  } else if (existsSync(join(dataDir, SERVER_LOG))) {
    throw new DataFolderUnusable(dataDir, `its data are in ${cluster} according to ${POINTER}, and are not there.`);
  }
}

async function move(from: string, to: string): Promise<void> {
  const running = findPostmaster(from);
  if (running) await stopPostmaster(running);
  const owner = statSync(from);
  const draft = `${to}.draft`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(from, draft, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  giveAll(draft, owner.uid, owner.gid);
  chmodSync(draft, 0o700);
  renameSync(draft, to);
  rmSync(from, { recursive: true });
}

/** Gives a folder and everything in it to a user. */
export function giveAll(path: string, uid: number, gid: number): void {
  lchownSync(path, uid, gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveAll(join(path, name), uid, gid);
}

/** Makes the data folder. Root leaves it passable, since the server works below it as another user. */
export function makeDataFolder(dataDir: string): void {
  if (existsSync(dataDir)) return;
  mkdirSync(dirname(dataDir), { recursive: true });
  mkdirSync(dataDir, { mode: process.getuid?.() === 0 ? 0o711 : 0o700, recursive: true });
}
