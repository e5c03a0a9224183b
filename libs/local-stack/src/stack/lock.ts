import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LocalStackError } from '../errors.js';
import { identify, isRunning, type ProcessIdentity } from '../processes/identity.js';

/** Runs the work while no other process starts or stops the stack of a folder. */
export async function alone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = join(folder, 'stack.lock');
  take(file);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): void {
  const holder = holderOf(file);
  if (holder !== undefined && isRunning(holder))
    throw new LocalStackError(`process ${holder.pid} is starting or stopping this stack at the moment`);
  rmSync(file, { force: true });
  try {
    const lock = openSync(file, 'wx', 0o600);
    writeSync(lock, JSON.stringify(identify(process.pid)));
    closeSync(lock);
  } catch (cause) {
    throw new LocalStackError(`another process is starting or stopping this stack at the moment`, { cause });
  }
}

function holderOf(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
