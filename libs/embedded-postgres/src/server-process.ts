import { spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, openSync, readFileSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { PortInUse, StartFailed } from './errors.js';
import { type Placement, SERVER_LOG } from './placement.js';
import { findPostmaster, type Postmaster, waitUntil } from './postmaster.js';
import { identity, PROGRAM_ENVIRONMENT } from './server-account.js';
import { serverArguments } from './settings.js';

const LOG_LIMIT_BYTES = 10_000_000;
const LOG_TAIL_CHARACTERS = 2_000;
const READY_LIMIT_MS = 300_000;
const ATTEMPTS = 5;

/** Starts the server and waits until it accepts connections. A free port is chosen unless one is given. */
export async function launch(
  dataDir: string,
  { cluster, account }: Placement,
  binaries: Binaries,
  wantedPort: number | undefined,
): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const port = await availablePort(wantedPort);
    const outcome = await launchOn(dataDir, { cluster, account }, binaries, port);
    if (typeof outcome !== 'string') return outcome;
    // Somebody may take the port in between, and the last processes of a killed server need a moment to notice.
    const passing = /could not bind|Address already in use|still in use|lock file .* already exists/.test(outcome);
    if (!passing || attempt === ATTEMPTS) throw new StartFailed(outcome);
    await wait(attempt * 200);
  }
}

async function launchOn(
  dataDir: string,
  { cluster, account }: Placement,
  binaries: Binaries,
  port: number,
): Promise<Postmaster | string> {
  const log = openLog(dataDir);
  const logStart = fstatSync(log).size;
  const [command = '', ...args] = [...account.prefix, binaries.postgres, ...serverArguments(cluster, port)];
  const child = spawn(command, args, {
    ...identity(account),
    cwd: '/',
    env: PROGRAM_ENVIRONMENT,
    stdio: ['ignore', log, log],
    // A session of its own: Ctrl-C in a terminal reaches Node alone, which stops the server when it has finished.
    detached: true,
  });
  closeSync(log);
  child.unref();
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code, signal) => (failure = `it ended with ${signal ?? code}. ${logSince(dataDir, logStart)}`));
  const server = () => findPostmaster(cluster);
  const settled = () => failure !== undefined || (server()?.ready === true && server()?.pid === child.pid);
  if (!(await waitUntil(settled, READY_LIMIT_MS))) failure = `it was not ready after ${READY_LIMIT_MS / 1000} seconds.`;
  return failure ?? server() ?? 'it ended as soon as it was ready.';
}

async function availablePort(wanted: number | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' && wanted !== undefined ? new PortInUse(wanted) : error);
    });
    probe.listen(wanted ?? 0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function openLog(dataDir: string): number {
  const file = join(dataDir, SERVER_LOG);
  const log = openSync(file, 'a', 0o600);
  if (fstatSync(log).size < LOG_LIMIT_BYTES) return log;
  closeSync(log);
  renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

function logSince(dataDir: string, start: number): string {
  const file = join(dataDir, SERVER_LOG);
  if (!existsSync(file)) return '';
  return readFileSync(file).subarray(start).toString('utf8').trim().slice(-LOG_TAIL_CHARACTERS);
}
