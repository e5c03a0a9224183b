import { SERVICES } from '@crm/contracts';
import { lstatSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../config.js';
import { LocalStackError } from '../errors.js';
import { hasKafkaJars, kafkaJars } from '../kafka/artefact.js';
import { becomesFree } from '../processes/ports.js';
import { requireProgram } from '../programs.js';
import { createDatabases, databaseUrl } from './databases.js';
import { stopEverything } from './down.js';
import { issuerFolder, layoutOf, makeFolders, type StackLayout } from './layout.js';
import { alone } from './lock.js';
import { ensureSecret, writeSecret } from './secrets.js';
import { DEFAULT_SETTINGS, type StackSettings } from './settings.js';
import { Stack } from './stack.js';
import { planOf, processesOf, type StackProcess } from './stack-process.js';
import { writeState, type StackState } from './state.js';

export interface StackUpOptions {
  readonly folder?: string;
  readonly settings?: Partial<StackSettings>;
  readonly report?: (line: string) => void;
  /** Makes what is to be started; not called when everything runs already. */
  readonly prepare?: () => Promise<void>;
  /** Gives up and stops what was started. */
  readonly signal?: AbortSignal;
}

type Report = (line: string) => void;

/** Starts everything and waits until it is ready, or stops everything again. Does nothing when it runs already. */
export async function stackUp(options: StackUpOptions = {}): Promise<Stack> {
  const { folder = environment.stackFolder(), report = () => undefined } = options;
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const layout = layoutOf(folder, settings);
  makeFolders(layout);
  return alone(folder, async () => {
    const running = Stack.open(folder);
    if (running !== undefined && isComplete(running)) {
      report('the stack is running already; npm run stack:down stops it');
      return running;
    }
    if (running !== undefined) {
      report('stopping what an earlier run has left behind');
      await stopEverything(folder, report);
    }
    await requireWhatItTakes(layout, settings, report);
    const start = async (): Promise<Stack> => {
      await options.prepare?.();
      // What was interrupted must not begin after everything was stopped.
      options.signal?.throwIfAborted();
      return startEverything(layout, settings, report);
    };
    try {
      return await Promise.race([start(), interruption(options.signal)]);
    } catch (error) {
      report('stopping everything again');
      await stopEverything(folder, report);
      throw error;
    }
  });
}

function interruption(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = () => reject(new LocalStackError('interrupted'));
    if (signal?.aborted === true) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}

function isComplete(stack: Stack): boolean {
  return stack.state.status === 'up' && stack.names.every((name) => stack.isRunning(name));
}

async function requireWhatItTakes(layout: StackLayout, settings: StackSettings, report: Report): Promise<void> {
  for (const program of ['java', 'redis-server', 'nginx'] as const) requireProgram(program);
  if (!hasKafkaJars()) requireProgram('mvn');
  for (const { name, ports } of processesOf(planOf(layout, settings)))
    for (const port of ports)
      if (!(await becomesFree(port)))
        throw new LocalStackError(
          `port ${port}, which ${name} needs, is taken; choose others with --base-port, such as 6100`,
        );
  await kafkaJars(report);
}

async function startEverything(layout: StackLayout, settings: StackSettings, report: Report): Promise<Stack> {
  writeState(layout.folder, initialState(layout, settings));
  const stack = opened(layout.folder);
  const { infrastructure, issuer, services, gateway } = planOf(layout, settings);
  const start = async ({ name, port }: StackProcess): Promise<void> => {
    const began = performance.now();
    await stack.startProcess(name);
    report(`${name} is ready on port ${port} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  };
  await allOf(infrastructure.map(start));
  await createDatabases(layout);
  makeSecrets(layout, settings);
  linkDatabaseLog(layout);
  writeState(layout.folder, { ...stack.state, ...addressesOf(layout) });
  await allOf([start(issuer), stack.applyTopics().then(() => report('the topics are there'))]);
  await allOf(SERVICES.map((service) => stack.runService(service, ['migrate'])));
  report('the databases are migrated');
  await allOf(services.map(start));
  await start(gateway);
  writeState(layout.folder, { ...stack.state, status: 'up' });
  return stack;
}

/** Fails only when nothing is on its way any more that would have to be stopped. */
async function allOf(steps: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(steps)).find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function opened(folder: string): Stack {
  const stack = Stack.open(folder);
  if (stack === undefined) throw new LocalStackError(`the state of the stack in ${folder} has gone`);
  return stack;
}

function initialState(layout: StackLayout, settings: StackSettings): StackState {
  return {
    status: 'starting',
    gateway: `http://127.0.0.1:${layout.ports.gateway}`,
    issuerFolder: issuerFolder(layout),
    kafka: `127.0.0.1:${layout.ports.kafka}`,
    redis: `redis://127.0.0.1:${layout.ports.redis}`,
    postgres: '',
    services: [],
    processes: [],
    settings,
  };
}

/** Known once the database server has its password. */
function addressesOf(layout: StackLayout): Pick<StackState, 'postgres' | 'services'> {
  return {
    postgres: databaseUrl(layout),
    services: layout.instances.map(({ service, number, port, managementPort }) => ({
      name: service,
      instance: number,
      url: `http://127.0.0.1:${port}`,
      managementUrl: `http://127.0.0.1:${managementPort}`,
      databaseUrl: databaseUrl(layout, service),
      pid: 0,
    })),
  };
}

function makeSecrets(layout: StackLayout, { smtpUrl }: StackSettings): void {
  ensureSecret(layout, 'mail-link-key');
  if (smtpUrl !== undefined) writeSecret(layout, 'smtp-url', smtpUrl);
}

/** So that all logs are in one folder. */
function linkDatabaseLog({ data, logs }: StackLayout): void {
  const link = join(logs, 'postgres.log');
  if (lstatSync(link, { throwIfNoEntry: false }) === undefined)
    symlinkSync(join(data, 'postgres', 'postgres.log'), link);
}
