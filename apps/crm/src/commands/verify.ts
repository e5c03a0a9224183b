import { resolve } from 'node:path';
import { clusterFolders } from '@crm/embedded-postgres';
import { Command } from 'commander';
import { ApiClient } from '../api-client.js';
import { definitions, databaseOf, startStack } from '../embedded/embedded-stack.js';
import { createPool } from '@crm/event-sourcing';
import { runningInstance } from '../embedded/instance.js';
import { print, progressOf } from '../output.js';
import { mintFor } from '../target.js';
import { acknowledgedIsStored } from '../verify/acknowledgements.js';
import { nothingIsLeft } from '../verify/canaries.js';
import type { CheckResult } from '../verify/check.js';
import { commandsAnswerAlike, lanesAreGapless, streamsAreOrdered } from '../verify/log-checks.js';
import {
  consumersAreComplete,
  loopsReconcile,
  nothingIsDoneTwice,
  nothingIsStalled,
  projectionsAreDeterministic,
} from '../verify/runtime-checks.js';
import { DATA_DIR } from './up.js';

const SETTLE_MS = 60_000;

interface VerifyOptions {
  readonly dataDir: string;
  readonly acks?: string;
  readonly canaries?: string;
  readonly json?: boolean;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('checks the invariants of the log, the consumers, the read models and the loops')
    .option(...DATA_DIR)
    .option('--acks <file>', 'acknowledged commands, one JSON object a line: {"service", "id", "version"}')
    .option('--canaries <file>', 'personal values, one a line, that must not be found anywhere')
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      '\nExits with 1 and a list when an invariant is broken. The services must not be running on the folder.',
    )
    .action(async (options: VerifyOptions) => {
      const results = await verify(options);
      print(options.json, results, results.map(textOf).join('\n'));
      if (results.some(({ breaches }) => breaches.length > 0)) process.exitCode = 1;
    });
}

async function verify({ dataDir, acks, canaries }: VerifyOptions): Promise<readonly CheckResult[]> {
  if ((await runningInstance(dataDir)) !== undefined)
    throw new Error('the services are running on this folder: stop them first');
  const progress = progressOf('verifying');
  const stack = await startStack({ dataDir, port: 0 });
  const databases = new Map(
    definitions.map(({ name }) => [name, createPool({ url: stack.postgres.url(databaseOf(name)), max: 2 })] as const),
  );
  try {
    for (const { runner } of stack.host.services.values()) await runner.idle(SETTLE_MS).catch(() => undefined);
    const client = new ApiClient(stack.url, mintFor(stack.issuer));
    return [
      await acknowledgedIsStored(databases, acks),
      await lanesAreGapless(databases),
      await streamsAreOrdered(databases),
      await consumersAreComplete(stack.host.services),
      await nothingIsDoneTwice(databases),
      await projectionsAreDeterministic(stack.host.services, (done, total) => {
        progress.update(done, total);
      }),
      await loopsReconcile(client),
      await commandsAnswerAlike(databases),
      await nothingIsStalled(stack.host.services),
      await nothingIsLeft(databases, [dataDir, ...clusterFolders(resolve(dataDir))], canaries),
    ];
  } finally {
    progress.finish();
    await Promise.all([...databases.values()].map((pool) => pool.end()));
    await stack.stop();
  }
}

function textOf({ invariant, name, counted, breaches }: CheckResult): string {
  const head = `${breaches.length === 0 ? 'ok    ' : 'BROKEN'} ${String(invariant).padStart(2)} ${name} (${counted})`;
  return [head, ...breaches.map((breach) => `          ${breach}`)].join('\n');
}
