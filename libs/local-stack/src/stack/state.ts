import type { ServiceName } from '@crm/contracts';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalStackError } from '../errors.js';
import type { ProcessIdentity } from '../processes/identity.js';
import type { StackSettings } from './settings.js';

const FILE = 'stack.json';

/** A process of the stack, in the order in which they were started first. */
export interface RecordedProcess extends ProcessIdentity {
  readonly name: string;
  readonly port: number;
}

/** A service as other programs find it. */
export interface RecordedService {
  readonly name: ServiceName;
  readonly instance: number;
  readonly url: string;
  readonly managementUrl: string;
  readonly databaseUrl: string;
  readonly pid: number;
}

/** What `stack.json` holds while a stack runs. It names passwords, so only its owner can read it. */
export interface StackState {
  readonly status: 'starting' | 'up' | 'stopping';
  readonly gateway: string;
  /** Whoever can read its key file can make tokens. */
  readonly issuerFolder: string;
  readonly kafka: string;
  readonly redis: string;
  /** The superuser's database; the services have their own beside it. */
  readonly postgres: string;
  readonly services: readonly RecordedService[];
  readonly processes: readonly RecordedProcess[];
  readonly settings: StackSettings;
}

/** The state of the stack in a folder; undefined when none was started or the last one was stopped. */
export function readState(folder: string): StackState | undefined {
  const file = join(folder, FILE);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StackState;
  } catch (cause) {
    throw new LocalStackError(`${file} cannot be read; remove it when nothing of the stack runs any more`, { cause });
  }
}

/** Written beside and renamed, so that a reader never sees half of it. */
export function writeState(folder: string, state: StackState): void {
  const file = join(folder, FILE);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, file);
}

export function removeState(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

/** The state with a process that has been started, or started again. */
export function withProcess(state: StackState, started: RecordedProcess): StackState {
  const known = state.processes.some(({ name }) => name === started.name);
  const processes = known
    ? state.processes.map((one) => (one.name === started.name ? started : one))
    : [...state.processes, started];
  const services = state.services.map((service) =>
    processNameOf(service) === started.name ? { ...service, pid: started.pid } : service,
  );
  return { ...state, processes, services };
}

function processNameOf({ name, instance }: RecordedService): string {
  return instance === 1 ? name : `${name}-${instance}`;
}
