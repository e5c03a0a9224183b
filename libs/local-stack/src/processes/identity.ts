import { processStart } from '@crm/embedded-postgres';
import { setTimeout as wait } from 'node:timers/promises';
import { LocalStackError } from '../errors.js';
import { treeOf } from './process-tree.js';

const LOOK_AGAIN_MS = 20;
const GONE_LIMIT_MS = 10_000;

/** A process beyond its number, which the system gives out again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Tells it from a later process with the same number. */
  readonly start: string;
}

/** The identity of a process that runs now; undefined when there is none with this number. */
export function identify(pid: number): ProcessIdentity | undefined {
  const start = processStart(pid);
  return start === undefined ? undefined : { pid, start };
}

/** Whether it still runs, whoever has got its number since. */
export function isRunning({ pid, start }: ProcessIdentity): boolean {
  return processStart(pid) === start;
}

/** Signals the process, and never another one that has got its number since. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (isRunning(identity)) send(identity.pid, name);
}

/** Signals the process with everything that it has started. */
export function signalTree(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  for (const pid of treeOf(identity.pid)) send(pid, name);
}

/** Asks the process to end, ends it when it takes too long, and answers whether it had to. */
export async function end(
  identity: ProcessIdentity,
  graceMs: number,
  request: NodeJS.Signals = 'SIGTERM',
): Promise<'ended' | 'killed'> {
  // A stopped process does not see the request.
  signalTree(identity, 'SIGCONT');
  signal(identity, request);
  if (await becomes(() => !isRunning(identity), graceMs)) return 'ended';
  await kill(identity);
  return 'killed';
}

/** Ends the process without giving it a chance to say anything. */
export async function kill(identity: ProcessIdentity): Promise<void> {
  signalTree(identity, 'SIGKILL');
  if (!(await becomes(() => !isRunning(identity), GONE_LIMIT_MS)))
    throw new LocalStackError(`process ${identity.pid} is still there after SIGKILL`);
}

/** Waits for a fact about another process, which sends no notice; false when it did not come true in time. */
export async function becomes(fact: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await fact())) {
    if (performance.now() > giveUpAt) return false;
    await wait(LOOK_AGAIN_MS);
  }
  return true;
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
