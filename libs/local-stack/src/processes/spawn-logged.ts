import { spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LocalStackError } from '../errors.js';
import { becomes, identify, isRunning, signalTree, type ProcessIdentity } from './identity.js';

const LOG_TAIL_LINES = 20;
const LOG_LIMIT_BYTES = 50_000_000;

export interface ProgramToRun {
  /** How messages name it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the process; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Its output is appended to this file. */
  readonly log: string;
  /** Told as soon as it runs, long before it is ready. */
  readonly onSpawn?: ((identity: ProcessIdentity) => void) | undefined;
}

/** A process that outlives the one which started it. */
export interface LoggedProcess extends ProcessIdentity {
  /** Its last lines since it was started. */
  tail(): string;
}

/** Starts a program in a process group of its own, with its output in a file. */
export async function spawnLogged(program: ProgramToRun): Promise<LoggedProcess> {
  const log = openLog(program.log);
  const logStart = fstatSync(log).size;
  const child = spawn(program.command, program.args, {
    cwd: program.cwd,
    env: program.env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  const tail = (): string => lastLines(program.log, logStart);
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new LocalStackError(`${program.name} cannot be started: ${cause.message}`, { cause })),
    );
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  const identity = identify(pid);
  if (identity === undefined) throw new LocalStackError(`${program.name} ended as soon as it was started\n${tail()}`);
  try {
    program.onSpawn?.(identity);
  } catch (error) {
    // Nobody would know of it.
    signalTree(identity, 'SIGKILL');
    throw error;
  }
  return { ...identity, tail };
}

/** Runs a program to its end, with its output in a file. Fails with its last lines unless it ends well. */
export async function runLogged(program: ProgramToRun): Promise<void> {
  const log = openLog(program.log);
  const logStart = fstatSync(log).size;
  const child = spawn(program.command, program.args, {
    cwd: program.cwd,
    env: program.env,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const status = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
  if (status !== 0)
    throw new LocalStackError(`${program.name} ended with ${status ?? ''}\n${lastLines(program.log, logStart)}`);
}

/** Waits until a started process answers; fails with its last lines when it ends or takes too long. */
export async function untilReady(
  name: string,
  process: LoggedProcess,
  answers: () => Promise<boolean>,
  withinMs: number,
): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  const settled = await becomes(async () => !isRunning(process) || (await answers()), withinMs);
  if (settled && isRunning(process)) return;
  const seconds = Math.round((withinMs - Math.max(0, giveUpAt - performance.now())) / 1000);
  const what = isRunning(process) ? `was not ready after ${seconds} s` : 'ended instead of becoming ready';
  throw new LocalStackError(`${name} ${what}\n${process.tail()}`);
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

function lastLines(file: string, start: number): string {
  const lines = readFileSync(file).subarray(start).toString('utf8').trimEnd().split('\n');
  return lines.slice(-LOG_TAIL_LINES).join('\n');
}
