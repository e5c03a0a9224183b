import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { becomes, end, identify, isRunning, kill, signal, signalTree, type ProcessIdentity } from './identity.js';
import { freePorts, isTaken } from './ports.js';
import { orphansOf, treeOf } from './process-tree.js';
import { runLogged, spawnLogged, untilReady, type LoggedProcess } from './spawn-logged.js';

const TALKS = `console.log('on')`;
const STAYS = `setInterval(() => {}, 1000); ${TALKS}`;
const STAYS_ANYWAY = `process.on('SIGTERM', () => {}); ${STAYS}`;
const HAS_A_CHILD = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); ${STAYS}`;

// Groups and trees of processes are known where there is /proc.
const itOnLinux = process.platform === 'linux' ? it : it.skip;

// Every step starts programs.
jest.setTimeout(60_000);

let folder: string;
let started: ProcessIdentity[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crm-processes-'));
});

afterEach(async () => {
  await Promise.all(started.map((one) => kill(one)));
  started = [];
});

afterAll(() => rmSync(folder, { recursive: true }));

const program = (script: string, name: string) => ({
  name,
  command: process.execPath,
  args: ['-e', script],
  cwd: folder,
  env: {},
  log: join(folder, `${name}.log`),
});

async function run(script: string, name: string): Promise<LoggedProcess> {
  const one = await spawnLogged({ ...program(script, name), onSpawn: (identity) => started.push(identity) });
  expect(await becomes(() => one.tail() === 'on', 20_000)).toBe(true);
  return one;
}

describe('a process that outlives its starter', () => {
  itOnLinux('leads a group of its own, and its output is in a file', async () => {
    const one = await run(STAYS, 'group');
    expect(Number(readFileSync(`/proc/${String(one.pid)}/stat`, 'utf8').split(' ')[4])).toBe(one.pid);
    expect(readFileSync(join(folder, 'group.log'), 'utf8')).toBe('on\n');
  });

  it('ends when it is asked to', async () => {
    const one = await run(STAYS, 'asked');
    expect(await end(one, 20_000)).toBe('ended');
    expect(isRunning(one)).toBe(false);
  });

  it('is killed when it does not heed', async () => {
    expect(await end(await run(STAYS_ANYWAY, 'heedless'), 100)).toBe('killed');
  });

  it('ends also while it is halted', async () => {
    const one = await run(STAYS, 'halted');
    signal(one, 'SIGSTOP');
    expect(await end(one, 20_000)).toBe('ended');
  });

  it('is never mistaken for a later one with the same number', async () => {
    const one = await run(STAYS, 'successor');
    const predecessor = { pid: one.pid, start: `${one.start}0` };
    expect(isRunning(predecessor)).toBe(false);
    signal(predecessor, 'SIGKILL');
    await kill(predecessor);
    expect(isRunning(one)).toBe(true);
  });

  itOnLinux('takes what it has started along, and leaves no orphan unfound', async () => {
    const one = await run(HAS_A_CHILD, 'family');
    expect(await becomes(() => treeOf(one.pid).length === 2, 20_000)).toBe(true);
    const [, child = 0] = treeOf(one.pid);
    signal(one, 'SIGKILL');
    expect(await becomes(() => !isRunning(one), 20_000)).toBe(true);
    expect(orphansOf(one.pid, folder)).toEqual([child]);
    expect(orphansOf(one.pid, join(folder, 'elsewhere'))).toEqual([]);
    process.kill(child, 'SIGKILL');
    const another = await run(HAS_A_CHILD, 'family-2');
    expect(await becomes(() => treeOf(another.pid).length === 2, 20_000)).toBe(true);
    signalTree(another, 'SIGKILL');
    expect(await becomes(() => orphansOf(another.pid, folder).length === 0 && !isRunning(another), 20_000)).toBe(true);
  });
});

it('leaves no process running that could not be noted', async () => {
  let spawned: ProcessIdentity | undefined;
  const onSpawn = (identity: ProcessIdentity): never => {
    spawned = identity;
    throw new Error('no place to note it');
  };
  await expect(spawnLogged({ ...program(STAYS, 'unnoted'), onSpawn })).rejects.toThrow('no place');
  expect(await becomes(() => !isRunning(spawned!), 20_000)).toBe(true);
});

describe('waiting for a process', () => {
  it('tells the last lines of one that ends instead', async () => {
    const one = await spawnLogged(program(`setTimeout(() => { throw new Error('no luck') }, 200)`, 'unlucky'));
    await expect(untilReady('unlucky', one, () => Promise.resolve(false), 20_000)).rejects.toThrow(
      /unlucky ended instead of becoming ready[^]*no luck/,
    );
  });

  it('gives up on one that takes too long', async () => {
    const one = await run(STAYS, 'slow');
    await expect(untilReady('slow', one, () => Promise.resolve(false), 50)).rejects.toThrow('slow was not ready');
  });

  it('fails with what a step has printed', async () => {
    await runLogged(program(TALKS, 'step'));
    await expect(runLogged(program(`console.error('bad'); process.exit(3)`, 'step'))).rejects.toThrow(
      'step ended with 3\nbad',
    );
    await expect(spawnLogged({ ...program('', 'absent'), command: join(folder, 'absent') })).rejects.toThrow(
      'absent cannot be started',
    );
  });
});

it('finds free ports, all different', async () => {
  const ports = await freePorts(5);
  expect(new Set(ports).size).toBe(5);
  expect(await Promise.all(ports.map(isTaken))).toEqual([false, false, false, false, false]);
});

it('knows no identity of a number that nobody has', () => {
  expect(identify(2 ** 22 + 1)).toBeUndefined();
});
