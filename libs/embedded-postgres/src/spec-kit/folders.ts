import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres } from '../embedded-postgres.js';

const made: string[] = [];

/** A folder that other users can pass, so that root's server works inside of it; `mode` closes it. */
export function temporaryFolder(mode = 0o711): string {
  const folder = mkdtempSync(join(tmpdir(), 'crm-embedded-postgres-'));
  chmodSync(folder, mode);
  made.push(folder);
  return folder;
}

/** Removes what `temporaryFolder` made, with the servers and data of the data folders inside. */
export async function removeTemporaryFolders(): Promise<void> {
  for (const folder of made.splice(0)) {
    const inside = readdirSync(folder).map((name) => join(folder, name));
    for (const candidate of [...inside, folder]) {
      if (existsSync(join(candidate, 'postgres.password'))) await removeEmbeddedPostgres(candidate);
    }
    rmSync(folder, { recursive: true, force: true });
  }
}
