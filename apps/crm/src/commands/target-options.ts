import type { Command } from 'commander';
import { DATA_DIR } from './up.js';

/** The options by which a command finds the services. */
export function withTarget(command: Command): Command {
  return command
    .option(...DATA_DIR)
    .option('--target <url>', 'services that run elsewhere')
    .option('--token <token>', 'token for --target; on this machine the local stack gives one')
    .option('--json', 'prints JSON');
}
