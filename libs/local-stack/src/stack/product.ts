import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../config.js';
import { LocalStackError } from '../errors.js';
import { runLogged } from '../processes/spawn-logged.js';
import type { StackLayout } from './layout.js';

/** The deployable folder of a service, or of the command line: what an image holds. */
export function mainOf(unit: string): string {
  const bundle = join(repository, 'out', unit, 'main.js');
  if (existsSync(bundle)) return bundle;
  throw new LocalStackError(`${bundle} is missing: npm run bundle makes it`);
}

/** Runs a verb of a service, or of the command line, to its end. Its output goes to `logs/<unit>-<verb>.log`. */
export async function runVerb(
  layout: StackLayout,
  unit: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await runLogged({
    name: `${unit} ${args.join(' ')}`,
    command: process.execPath,
    args: [mainOf(unit), ...args],
    cwd: layout.folder,
    env,
    log: join(layout.logs, `${unit}-${args[0] ?? ''}.log`),
  });
}
