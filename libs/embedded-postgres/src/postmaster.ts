import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StopFailed } from './errors.js';
import { processStart, worksOnFolder } from './process-identity.js';

const POLL_MS = 20;
const FAST_SHUTDOWN_MS = 60_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;

/** A running server process of a cluster, whoever started it. */
export interface Postmaster {
  readonly pid: number;
  /** Tells this process from a later one with the same number. */
  readonly start: string;
  readonly port: number;
  readonly ready: boolean;
}

/** The live server of a cluster; undefined when its pid file is missing, stale, or names an unrelated process. */
export function findPostmaster(cluster: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const [pidLine = '', folder = '', , portLine = '', , , , status = ''] = lines;
  const pid = Number(pidLine);
  const start = processStart(pid);
  // The folder as the server knows it: it may have been renamed since.
  if (start === undefined || !worksOnFolder(pid, folder)) return undefined;
  return { pid, start, port: Number(portLine), ready: status.trim() === 'ready' };
}

export function isRunning(postmaster: Pick<Postmaster, 'pid' | 'start'>): boolean {
  return processStart(postmaster.pid) === postmaster.start;
}

/**
 * Fast shutdown: open transactions are rolled back, everything committed is written, a checkpoint is made. If that
 * takes too long the server is stopped at once, which loses nothing either and costs a recovery at the next start.
 */
export async function stopPostmaster(postmaster: Postmaster): Promise<void> {
  if (await endedAfter('SIGINT', postmaster, FAST_SHUTDOWN_MS)) return;
  if (await endedAfter('SIGQUIT', postmaster, IMMEDIATE_SHUTDOWN_MS)) return;
  throw new StopFailed(postmaster.pid);
}

async function endedAfter(signal: NodeJS.Signals, postmaster: Postmaster, limitMs: number): Promise<boolean> {
  if (isRunning(postmaster)) signalProcess(postmaster.pid, signal);
  return waitUntil(() => !isRunning(postmaster), limitMs);
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits for a fact about another process, which sends no notice; false when it did not come true in time. */
export async function waitUntil(fact: () => boolean, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (!fact()) {
    if (performance.now() > deadline) return false;
    await wait(POLL_MS);
  }
  return true;
}
