import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';
import { DataFolderUnusable, DataVersionMismatch, StartFailed } from './errors.js';
import { giveAll, type Placement } from './placement.js';
import { handOver, identity, initAccount, PROGRAM_ENVIRONMENT, type ServerAccount } from './server-account.js';

const PASSWORD = 'postgres.password';

/** The one role of the cluster, which owns everything in it. */
export const SUPERUSER = 'postgres';

/**
 * The password of the cluster, made on first use. Only the owner of the data folder can read it, so other users of the
 * machine cannot connect to the server although it listens on a port that everybody can reach.
 */
export function clusterPassword(dataDir: string, placement: Placement): string {
  const file = join(dataDir, PASSWORD);
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (existsSync(placement.cluster)) {
    throw new DataFolderUnusable(dataDir, `its file ${PASSWORD} is missing. Put it back, it opens the data.`);
  }
  const draft = `${file}.draft`;
  writeFileSync(draft, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600, flush: true });
  renameSync(draft, file);
  return clusterPassword(dataDir, placement);
}

/** Makes the cluster unless it is there; a cluster is there whole or not at all. */
export function ensureCluster(dataDir: string, placement: Placement, binaries: Binaries, password: string): void {
  const { cluster, account } = placement;
  if (existsSync(cluster)) {
    checkCluster(dataDir, placement, binaries);
    return;
  }
  const workshop = join(dirname(cluster), `.postgres-init-${randomUUID()}`);
  const initializer = initAccount(account);
  try {
    mkdirSync(workshop, { mode: 0o700 });
    handOver(workshop, initializer);
    initialize(join(workshop, 'pgdata'), initializer, binaries, password);
    if (account.uid !== undefined && account.gid !== undefined) giveAll(workshop, account.uid, account.gid);
    renameSync(join(workshop, 'pgdata'), cluster);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

function initialize(cluster: string, account: ServerAccount, binaries: Binaries, password: string): void {
  const passwordFile = join(dirname(cluster), 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  handOver(passwordFile, account);
  const line = [
    ...account.prefix,
    binaries.initdb,
    ...['-D', cluster, '-U', SUPERUSER, `--pwfile=${passwordFile}`],
    ...['--auth=scram-sha-256', '--locale=C', '--encoding=UTF8', '--data-checksums'],
  ];
  const [command = '', ...args] = line;
  const run = spawnSync(command, args, {
    ...identity(account),
    cwd: '/',
    env: PROGRAM_ENVIRONMENT,
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    throw new StartFailed(`initdb failed: ${run.error?.message ?? (run.stderr.trim() || `status ${run.status}`)}`);
  }
  chmodSync(cluster, 0o700);
}

function checkCluster(dataDir: string, { cluster }: Placement, binaries: Binaries): void {
  const { uid } = statSync(cluster);
  const me = process.getuid?.();
  if (me !== 0 && me !== uid) {
    throw new DataFolderUnusable(dataDir, `its data belong to user ${uid}. Run as that user or as root.`);
  }
  const [major = ''] = binaries.version.split('.');
  let found: string;
  try {
    found = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  } catch (cause) {
    throw new DataFolderUnusable(dataDir, `${cluster} does not hold a PostgreSQL cluster.`, { cause });
  }
  if (found !== major) throw new DataVersionMismatch(dataDir, found, major);
}
