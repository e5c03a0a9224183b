import { Command } from 'commander';
import { print } from '../output.js';
import { loopText, type Loop } from '../loop-text.js';
import { withClient, type TargetOptions } from '../target.js';
import { withTarget } from './target-options.js';

export function loopCommand(): Command {
  return withTarget(
    new Command('loop').description('prints the 14 hops of a loop with their counts').argument('<loopId>'),
  )
    .addHelpText('after', '\nExample:\n  crm loop 0197a3c2-… --json')
    .action(async (loopId: string, options: TargetOptions & { json?: boolean }) => {
      const loop = await withClient(options, (client) =>
        client.as('analyst').get<Loop>(`/v1/loops/${encodeURIComponent(loopId)}`),
      );
      print(options.json, loop, loopText(loop));
      if (!loop.reconciles) process.exitCode = 1;
    });
}
