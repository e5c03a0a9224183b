import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where a run keeps what it records. */
export interface RunFolder {
  readonly path: string;
  readonly stack: string;
  readonly journal: string;
  readonly acknowledgements: string;
  readonly canaries: string;
  readonly mails: string;
  readonly backups: string;
  readonly report: string;
}

/** A new folder; below the system's folder for temporary files unless one is given. */
export function openRunFolder(given: string | undefined): RunFolder {
  const path = given === undefined ? mkdtempSync(join(tmpdir(), 'crm-chaos-')) : resolve(given);
  mkdirSync(path, { recursive: true });
  // The database server and the gateway may run as other users and must get through.
  if (process.getuid?.() === 0) chmodSync(path, 0o711);
  return {
    path,
    stack: join(path, 'stack'),
    journal: join(path, 'journal.ndjson'),
    acknowledgements: join(path, 'acknowledgements.ndjson'),
    canaries: join(path, 'canaries.txt'),
    mails: join(path, 'mails.ndjson'),
    backups: join(path, 'backups'),
    report: join(path, 'report.json'),
  };
}

/** Outside of the folders that are searched for them. */
export function writeCanaries({ canaries }: RunFolder, values: readonly string[]): void {
  writeFileSync(canaries, values.map((value) => `${value}\n`).join(''), { mode: 0o600 });
}
