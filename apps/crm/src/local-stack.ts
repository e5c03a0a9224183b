import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DevelopmentIssuer } from '@crm/platform';
import { readConfig } from './config.js';

/** The part of the local stack's `stack.json` that commands need. */
interface StackFile {
  readonly issuerFolder: string;
}

const WORKSPACE = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The issuer of the local stack, for a target on this machine; undefined when there is no stack. */
export async function stackIssuer(target: string): Promise<DevelopmentIssuer | undefined> {
  if (!LOOPBACK.has(new URL(target).hostname)) return undefined;
  const folder = issuerFolder();
  return folder === undefined ? undefined : DevelopmentIssuer.open({ folder, nodeEnv: readConfig().nodeEnv });
}

/** Where the local stack's issuer has its key; undefined when no stack has been started. */
export function issuerFolder(): string | undefined {
  const { stackDir } = readConfig();
  const folders =
    stackDir === undefined
      ? [resolve('.stack'), join(WORKSPACE, '.stack')]
      : [resolve(stackDir), resolve(WORKSPACE, stackDir)];
  for (const folder of folders)
    try {
      return (JSON.parse(readFileSync(join(folder, 'stack.json'), 'utf8')) as StackFile).issuerFolder;
    } catch {
      // No stack was started from there.
    }
  return undefined;
}
