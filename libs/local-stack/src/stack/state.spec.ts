import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalStackError } from '../errors.js';
import { identify } from '../processes/identity.js';
import { alone } from './lock.js';
import { DEFAULT_SETTINGS } from './settings.js';
import { readState, removeState, withProcess, writeState, type StackState } from './state.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crm-state-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const sales = (instance: number) => ({
  name: 'sales' as const,
  instance,
  url: 'http://127.0.0.1:4103',
  managementUrl: 'http://127.0.0.1:4203',
  databaseUrl: 'postgres://postgres:secret@127.0.0.1:4132/crm_sales',
  pid: 0,
});

const state: StackState = {
  status: 'up',
  gateway: 'http://127.0.0.1:4100',
  issuerFolder: '/stack/data/issuer',
  kafka: '127.0.0.1:4192',
  redis: 'redis://127.0.0.1:4179',
  postgres: 'postgres://postgres:secret@127.0.0.1:4132/postgres',
  services: [sales(1), sales(2)],
  processes: [{ name: 'kafka', pid: 11, start: '1', port: 4192 }],
  settings: DEFAULT_SETTINGS,
};

describe('the state of a stack', () => {
  it('is what was written last, and for its owner alone', () => {
    writeState(folder, { ...state, status: 'starting' });
    writeState(folder, state);
    expect(readState(folder)).toEqual(state);
    expect(statSync(join(folder, 'stack.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['stack.json']);
  });

  it('is not there before the first start and after the last stop', () => {
    expect(readState(folder)).toBeUndefined();
    writeState(folder, state);
    removeState(folder);
    expect(readState(folder)).toBeUndefined();
  });

  it('is refused with its file name when it cannot be read', () => {
    writeFileSync(join(folder, 'stack.json'), '{"status":');
    expect(() => readState(folder)).toThrow(LocalStackError);
    expect(() => readState(folder)).toThrow('stack.json');
  });

  it('follows a process that is started again', () => {
    const restarted = withProcess(state, { name: 'kafka', pid: 12, start: '2', port: 4192 });
    expect(restarted.processes).toEqual([{ name: 'kafka', pid: 12, start: '2', port: 4192 }]);
    expect(withProcess(restarted, { name: 'redis', pid: 13, start: '3', port: 4179 }).processes).toHaveLength(2);
  });

  it('knows which instance of a service a process is', () => {
    const { services } = withProcess(state, { name: 'sales-2', pid: 14, start: '4', port: 4143 });
    expect(services.map(({ instance, pid }) => [instance, pid])).toEqual([
      [1, 0],
      [2, 14],
    ]);
  });
});

describe('starting and stopping', () => {
  it('is one at a time', async () => {
    await alone(folder, async () => {
      await expect(alone(folder, () => Promise.resolve())).rejects.toThrow(
        `process ${String(process.pid)} is starting`,
      );
    });
    await expect(alone(folder, () => Promise.resolve('mine'))).resolves.toBe('mine');
  });

  it('is not kept from anybody by a process that has died in the middle', async () => {
    const dead = { ...identify(process.pid), start: 'earlier' };
    writeFileSync(join(folder, 'stack.lock'), JSON.stringify(dead));
    await expect(alone(folder, () => Promise.resolve('mine'))).resolves.toBe('mine');
  });
});
