import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolderInUse } from './errors.js';
import { processSpace, processStart } from './process-identity.js';

const PREFIX = 'postgres.lock.';

interface Holder {
  readonly pid: number;
  readonly start: string;
  readonly space: string;
  readonly released?: true;
}

/**
 * Holds a data folder for this process until `release()` or until the process ends in whatever way.
 *
 * Each holder writes a file with the next number, and the highest number holds the folder. The highest file is never
 * deleted, not even on release, so a slow rival that counted before a takeover always finds a higher number afterwards.
 */
export class DataFolderLock {
  private constructor(
    private readonly dataDir: string,
    private readonly number: number,
  ) {}

  static acquire(dataDir: string): DataFolderLock {
    for (;;) {
      const latest = Math.max(0, ...numbers(dataDir));
      const holder = latest === 0 ? undefined : readHolder(dataDir, latest);
      if (holder === 'replaced') continue;
      if (holder && isAlive(holder)) throw new DataFolderInUse(dataDir, holder.pid);
      const mine = latest + 1;
      if (!create(dataDir, mine)) continue;
      if (Math.max(...numbers(dataDir)) !== mine) {
        rmSync(fileOf(dataDir, mine), { force: true });
        continue;
      }
      for (const older of numbers(dataDir)) if (older < mine) rmSync(fileOf(dataDir, older), { force: true });
      return new DataFolderLock(dataDir, mine);
    }
  }

  release(): void {
    const draft = draftOf(this.dataDir);
    writeFileSync(draft, JSON.stringify({ ...self(), released: true } satisfies Holder), { mode: 0o600 });
    renameSync(draft, fileOf(this.dataDir, this.number));
  }
}

function create(dataDir: string, number: number): boolean {
  const draft = draftOf(dataDir);
  writeFileSync(draft, JSON.stringify(self()), { mode: 0o600 });
  try {
    // A link appears with its whole content or not at all, and never replaces a rival's file.
    linkSync(draft, fileOf(dataDir, number));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readHolder(dataDir: string, number: number): Holder | 'replaced' | undefined {
  let text: string;
  try {
    text = readFileSync(fileOf(dataDir, number), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'replaced';
    throw error;
  }
  try {
    return JSON.parse(text) as Holder;
  } catch {
    // A power cut can leave an empty file; whoever wrote it did not survive.
    return undefined;
  }
}

function isAlive(holder: Holder): boolean {
  return !holder.released && holder.space === processSpace() && processStart(holder.pid) === holder.start;
}

function self(): Holder {
  return { pid: process.pid, start: processStart(process.pid) ?? '', space: processSpace() };
}

function numbers(dataDir: string): number[] {
  const names = readdirSync(dataDir).filter((name) => name.startsWith(PREFIX));
  return names.map((name) => Number(name.slice(PREFIX.length))).filter((number) => Number.isSafeInteger(number));
}

function fileOf(dataDir: string, number: number): string {
  return join(dataDir, `${PREFIX}${number}`);
}

function draftOf(dataDir: string): string {
  return join(dataDir, `.postgres-lock-${randomUUID()}`);
}
