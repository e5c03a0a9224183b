import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Check } from '../invariants/check.js';
import type { Databases } from '../observe/databases.js';
import { textOf } from '../observe/scraper.js';
import type { Report } from '../report.js';
import { SERVICES, type ServiceName } from '@crm/contracts';
import { play, type Findings, type ScenarioOptions } from './scenario.js';
import type { Session } from './session.js';

export interface RestoreOptions extends ScenarioOptions {
  /** Which service loses what came after its backup. */
  readonly service: ServiceName;
}

const BEFORE_MS = 30_000;
const AFTER_MS = 30_000;
const NOTICED_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 250;
const ALARM = 'incarnation-changed';
const FOLLOWS = 'SELECT FROM bus.cursor WHERE source = $1 LIMIT 1';

/** A service is backed up under load and later gets that backup back: those that follow it stop with an alarm, and are reconciled. */
export function runRestore(options: RestoreOptions): Promise<Report> {
  return play(options, {
    durationMs: 10 * 60_000,
    untilDone: true,
    work: async (session) => {
      await wait(BEFORE_MS);
      const last = await backedUp(session, options.service);
      await wait(AFTER_MS);
      return { last };
    },
  });
}

/** Backs a service up; what is to be done in the end is to restore that backup. */
export async function backedUp(session: Session, service: ServiceName): Promise<NonNullable<Findings['last']>> {
  const backup = join(session.options.folder.backups, service);
  const backedUpAt = Date.now();
  await session.stack.runService(service, ['backup', '--to', backup]);
  session.options.say(`backed up ${service}`);
  return { name: 'after the restore', work: () => restored(session, service, { backup, backedUpAt }) };
}

interface Backup {
  readonly backup: string;
  readonly backedUpAt: number;
}

async function restored(session: Session, service: ServiceName, { backup, backedUpAt }: Backup): Promise<Findings> {
  const { stack, acknowledgements, faults, options } = session;
  const { say } = options;
  const instances = stack.instances.filter((one) => one.service === service).map(({ name }) => name);
  await Promise.all(instances.map((name) => stack.stop(name)));
  await stack.runService(service, ['restore', '--from', backup, '--replace']);
  await Promise.all(instances.map((name) => stack.start(name)));
  faults.count('restore');
  const lost = acknowledgements.forget(service, backedUpAt);
  say(`restored ${service}: ${lost} acknowledgements are known as lost`);
  const check = await noticed(session, service);
  for (const other of SERVICES.filter((name) => name !== service)) {
    await stack.runService(other, ['feed', 'reconcile', '--source', service]);
    say(`reconciled ${other}`);
  }
  return { checks: [check], figures: { 'acknowledgements lost by the restore': lost } };
}

/** Whoever follows the service has to say that it does not go on by itself. */
async function noticed({ stack, databases }: Session, service: ServiceName): Promise<Check> {
  const followers = await followersOf(databases, service);
  const silent = new Set(followers);
  const endsAt = performance.now() + NOTICED_WITHIN_MS;
  while (silent.size > 0 && performance.now() < endsAt) {
    for (const { service: name, managementUrl } of stack.instances)
      if (silent.has(name) && (await textOf(`${managementUrl}/health/ready`))?.includes(ALARM) === true)
        silent.delete(name);
    await wait(LOOK_AGAIN_MS);
  }
  return {
    ...{ invariant: undefined, name: `a restored ${service} is noticed` },
    counted: `${followers.length} services follow it, ${followers.length - silent.size} stopped with the alarm ${ALARM}`,
    breaches: [...silent].map((name) => `${name} follows ${service} and does not say that it was restored`),
  };
}

async function followersOf(databases: Databases, source: ServiceName): Promise<readonly ServiceName[]> {
  const follows = await Promise.all(
    SERVICES.map(async (name) => (await databases.rows(name, FOLLOWS, [source])).length > 0 && name !== source),
  );
  return SERVICES.filter((_, index) => follows[index]);
}
