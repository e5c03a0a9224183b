import { Command } from 'commander';
import { print } from '../output.js';
import { clientAt } from '../target.js';
import type { CheckResult } from '../verify/check.js';
import { verify, type VerifyOptions } from '../verify/invariants.js';
import { databasesIn, servicesOfStack } from '../verify/stack-file.js';
import { DATA_DIR } from './up.js';

interface VerifyArguments {
  readonly dataDir: string;
  readonly stack?: string;
  readonly databases?: string;
  readonly target?: string;
  readonly token?: string;
  readonly acks?: string;
  readonly canaries?: string;
  readonly folder: readonly string[];
  readonly json?: boolean;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('checks the invariants of the log, the consumers, the read models and the loops')
    .option(...DATA_DIR)
    .option('--stack <folder>', 'checks the local stack that keeps its state in this folder, while it runs')
    .option(
      '--databases <file>',
      'checks services that run with the development keys: JSON with the database URL of each',
    )
    .option('--target <url>', 'with --databases: where the services answer')
    .option('--token <token>', 'with --databases: token of an analyst')
    .option('--acks <file>', 'acknowledged commands, one JSON object a line: {"service", "id", "version"}')
    .option('--canaries <file>', 'personal values, one a line, that must not be found anywhere')
    .option('--folder <folder>', 'with --canaries: a folder to be searched too; may be repeated', collect, [])
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      `
Exits with 1 and a list when an invariant is broken. No services may run on the data folder; those of a stack, or of
databases that are named, go on running and should have nothing to do.

Example:
  crm verify
  crm verify --stack .stack --acks acks.ndjson --canaries values.txt --folder .stack/logs --json`,
    )
    .action(async (given: VerifyArguments) => {
      const results = await verify(await optionsOf(given));
      print(given.json, results, results.map(textOf).join('\n'));
      if (results.some(({ breaches }) => breaches.length > 0)) process.exitCode = 1;
    });
}

async function optionsOf(given: VerifyArguments): Promise<VerifyOptions> {
  const { dataDir, stack, databases, target, token, acks, canaries, folder: folders } = given;
  const files = {
    folders,
    ...(acks === undefined ? {} : { acks }),
    ...(canaries === undefined ? {} : { canaries }),
  };
  if (stack !== undefined) return { ...files, ...(await servicesOfStack(stack)) };
  if (databases === undefined) return { ...files, dataDir };
  if (target === undefined) throw new Error('--databases needs --target');
  return { ...files, databases: await databasesIn(databases), client: await clientAt(target, token) };
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function textOf({ invariant, name, counted, breaches }: CheckResult): string {
  const head = `${breaches.length === 0 ? 'ok    ' : 'BROKEN'} ${String(invariant).padStart(2)} ${name} (${counted})`;
  return [head, ...breaches.map((breach) => `          ${breach}`)].join('\n');
}
