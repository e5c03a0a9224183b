#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { FAULT_NAMES, type FaultName } from './faults/kinds.js';
import { reportText, type Report } from './report.js';
import { runChaos } from './run/chaos.js';
import { runOutage } from './run/outage.js';
import { runRestore } from './run/restore.js';
import { runRolling } from './run/rolling.js';
import { openRunFolder } from './run/run-folder.js';
import type { ScenarioOptions } from './run/scenario.js';
import { runTakeover } from './run/takeover.js';
import { SERVICES, type ServiceName } from '@crm/contracts';

interface Given {
  readonly seed: string;
  readonly instances: number;
  readonly rate: number;
  readonly settleMinutes: number;
  readonly basePort: number;
  readonly folder?: string;
  readonly keep?: boolean;
  readonly json?: boolean;
}

interface GivenFaults extends Given {
  readonly minutes: number;
  readonly only: readonly FaultName[];
  readonly stopSeconds?: number;
  readonly restore?: ServiceName;
}

/** From so many minutes on a run ends with the restore of an older backup. */
const LONG_RUN_MINUTES = 10;

const program = new Command('chaos').description('breaks a local stack under load and checks that nothing was lost');

command('run', 'every fault of the matrix, drawn by the seed', { isDefault: true })
  .option('--minutes <n>', 'how long the load and the faults last', positive, 15)
  .option('--only <faults>', `only these faults: ${FAULT_NAMES.join(',')}`, kinds, FAULT_NAMES)
  .option('--stop-seconds <n>', 'how long a stopped process stands still (default: 60, less in a short run)', positive)
  .addOption(
    new Option(
      '--restore <service>',
      'gets back a backup of the beginning, in the end (default: sales in a long run)',
    ).choices(SERVICES),
  )
  .action(async ({ minutes, only, stopSeconds, restore, ...given }: GivenFaults) => {
    const isWhole = minutes >= LONG_RUN_MINUTES && only === FAULT_NAMES;
    const service = restore ?? (isWhole ? 'sales' : undefined);
    const report = await runChaos({
      ...{ ...optionsOf(given), minutes, kinds: only, stopSeconds: stopSeconds ?? Math.min(60, minutes * 4) },
      ...(service === undefined ? {} : { restore: service }),
    });
    print(report, given);
  });
command('rolling', 'every process of every service is restarted, one after the other').action(async (given: Given) =>
  print(await runRolling(optionsOf(given)), given),
);
command('takeover', 'one of two instances of analytics is killed, and the other takes over').action(
  async (given: Given) => print(await runTakeover(optionsOf(given)), given),
);
command('outage', 'Kafka is away, then Redis is, and comes back with nothing')
  .option('--seconds <n>', 'how long Kafka is away', positive, 120)
  .action(async ({ seconds, ...given }: Given & { readonly seconds: number }) =>
    print(await runOutage({ ...optionsOf(given), seconds }), given),
  );

command('restore', 'a service gets an older backup: others notice, and are reconciled')
  .addOption(new Option('--service <service>', 'which service').choices(SERVICES).default('sales'))
  .action(async ({ service, ...given }: Given & { readonly service: ServiceName }) =>
    print(await runRestore({ ...optionsOf(given), service }), given),
  );

await program.parseAsync().catch((error: unknown) => {
  say(`chaos: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
});
// After an interruption requests may still be on their way to a stack that is gone.
process.stdout.write('', () => process.exit());

function command(name: string, description: string, options: { readonly isDefault?: boolean } = {}): Command {
  return program
    .command(name, options)
    .description(description)
    .option('--seed <s>', 'draws load and faults', '1')
    .option('--instances <n>', 'processes of marketing and of analytics', positive, 2)
    .option('--rate <n>', 'requests a second, about', positive, 40)
    .option('--settle-minutes <n>', 'how long everything may take to come to rest afterwards', positive, 6)
    .option('--base-port <port>', 'the port of the gateway, which the others follow', positive, 5100)
    .option('--folder <folder>', 'where the run is recorded (default: a new one)')
    .option('--keep', 'leaves the data of the stack in the folder')
    .option('--json', 'prints JSON');
}

function optionsOf({ folder, keep = false, ...given }: Given): ScenarioOptions {
  return { ...given, keep, folder: openRunFolder(folder), say };
}

function print(report: Report, { json }: Given): void {
  process.stdout.write(`${json === true ? JSON.stringify(report, undefined, 2) : reportText(report)}\n`);
  if (!report.held) process.exitCode = 1;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('a number above 0');
  return number;
}

function kinds(text: string): readonly FaultName[] {
  return text.split(',').map((name) => {
    const known = FAULT_NAMES.find((one) => one === name.trim());
    if (known === undefined) throw new InvalidArgumentError(`one of ${FAULT_NAMES.join(', ')}`);
    return known;
  });
}
