import { Command } from 'commander';
import { print } from '../output.js';
import type { CheckResult } from '../verify/check.js';
import { verify, type VerifyOptions } from '../verify/invariants.js';
import { DATA_DIR } from './up.js';

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
    .action(async (options: VerifyOptions & { readonly json?: boolean }) => {
      const results = await verify(options);
      print(options.json, results, results.map(textOf).join('\n'));
      if (results.some(({ breaches }) => breaches.length > 0)) process.exitCode = 1;
    });
}

function textOf({ invariant, name, counted, breaches }: CheckResult): string {
  const head = `${breaches.length === 0 ? 'ok    ' : 'BROKEN'} ${String(invariant).padStart(2)} ${name} (${counted})`;
  return [head, ...breaches.map((breach) => `          ${breach}`)].join('\n');
}
