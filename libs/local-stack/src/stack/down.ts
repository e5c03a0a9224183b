import { removeEmbeddedPostgres, stopEmbeddedPostgres } from '@crm/embedded-postgres';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from '../config.js';
import { LocalStackError } from '../errors.js';
import { becomes } from '../processes/identity.js';
import { becomesFree } from '../processes/ports.js';
import { orphansOf } from '../processes/process-tree.js';
import { alone } from './lock.js';
import { Stack } from './stack.js';
import { removeState, writeState } from './state.js';

export interface StackDownOptions {
  readonly folder?: string;
  /** Removes data, secrets and logs too. */
  readonly deleteData?: boolean;
  readonly report?: (line: string) => void;
}

/** Stops everything of a stack, in reverse order, and makes sure that nothing of it is left. */
export async function stackDown(options: StackDownOptions = {}): Promise<void> {
  const { folder = environment.stackFolder(), deleteData = false, report = () => undefined } = options;
  if (!existsSync(folder)) {
    report('there is no stack');
    return;
  }
  await alone(folder, async () => {
    const stopped = await stopEverything(folder, report);
    if (deleteData) await deleteStack(folder);
    report(`${stopped ? 'everything is stopped' : 'nothing was running'}${deleteData ? ', its data are deleted' : ''}`);
  });
}

/** Stops what runs of the stack; answers whether there was one. */
export async function stopEverything(folder: string, report: (line: string) => void): Promise<boolean> {
  const stack = Stack.open(folder);
  const database = join(folder, 'data', 'postgres');
  if (stack === undefined) {
    await stopEmbeddedPostgres(database);
    return false;
  }
  writeState(folder, { ...stack.state, status: 'stopping' });
  for (const names of stepsOf(stack)) await Promise.all(names.map((name) => stopOne(stack, name, report)));
  // One that was cut off before it could be noted.
  await stopEmbeddedPostgres(database);
  await removeOrphans(stack);
  await requireQuiet(stack);
  removeState(folder);
  return true;
}

/** In reverse order; the instances of all services at the same time. */
function stepsOf(stack: Stack): readonly (readonly string[])[] {
  const services = stack.layout.instances.map(({ process }) => process);
  return [['gateway'], services, ['issuer', 'redis'], ['kafka'], ['postgres']];
}

async function stopOne(stack: Stack, name: string, report: (line: string) => void): Promise<void> {
  if (!stack.isRunning(name)) return;
  const how = await stack.stopProcess(name);
  report(how === 'ended' ? `stopped ${name}` : `killed ${name}, which did not stop in time`);
}

async function removeOrphans(stack: Stack): Promise<void> {
  const orphans = stack.state.processes.flatMap(({ pid }) => orphansOf(pid, stack.folder));
  for (const pid of orphans) process.kill(pid, 'SIGKILL');
  await becomes(() => stack.state.processes.every(({ pid }) => orphansOf(pid, stack.folder).length === 0), 5_000);
}

/** Only ports of processes that were started: another program may have taken one that never was. */
async function requireQuiet(stack: Stack): Promise<void> {
  const names = stack.state.processes.map(({ name }) => name);
  const left = names.filter((name) => stack.isRunning(name));
  if (left.length > 0) throw new LocalStackError(`still running: ${left.join(', ')}`);
  for (const port of names.flatMap((name) => stack.process(name).ports))
    if (!(await becomesFree(port)))
      throw new LocalStackError(`everything was stopped, but somebody listens on port ${port}`);
}

async function deleteStack(folder: string): Promise<void> {
  await removeEmbeddedPostgres(join(folder, 'data', 'postgres'));
  for (const part of ['data', 'secrets', 'logs', 'gateway'])
    await rm(join(folder, part), { recursive: true, force: true });
}
