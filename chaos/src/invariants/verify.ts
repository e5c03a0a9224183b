import { config } from '../config.js';
import { runNode } from '../stack/run-node.js';
import type { Check } from './check.js';

/** What `crm verify` is given. */
export interface VerifyInput {
  readonly stackFolder: string;
  readonly acknowledgements: string;
  readonly canaries: string;
  /** Folders in which nothing of erased people may be left. */
  readonly folders: readonly string[];
}

/** The ten invariants as the product's own command checks them, in a process of its own. */
export async function verify({
  stackFolder,
  acknowledgements,
  canaries,
  folders,
}: VerifyInput): Promise<readonly Check[]> {
  const { output, errors } = await runNode(config.crm, [
    ...['verify', '--json', '--stack', stackFolder, '--acks', acknowledgements, '--canaries', canaries],
    ...folders.flatMap((folder) => ['--folder', folder]),
  ]);
  try {
    return JSON.parse(output) as readonly Check[];
  } catch {
    throw new Error(`crm verify did not come to an end: ${errors.trim().split('\n').slice(-5).join('\n')}`);
  }
}
