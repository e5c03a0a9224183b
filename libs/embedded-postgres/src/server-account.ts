import { spawnSync } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

// PostgreSQL refuses to run as root. Between 65520 and 65533 no distribution gives a number to anybody, so this one
// is used without creating a user; the system needs no entry for it.
const UNASSIGNED_ID = 65_526;

/** All that the programs see of the environment: secrets of this process are none of their business. */
export const PROGRAM_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Whom the server runs as. `prefix` is put before every command line. */
export interface ServerAccount {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly prefix: readonly string[];
}

/** The same user as this process: nothing to change. */
export const SAME_USER: ServerAccount = { uid: undefined, gid: undefined, prefix: [] };

/**
 * A plain user runs the server itself. Root runs it as the owner of the data, or as an unassigned user id for new
 * data; where the system knows no other ids (a container for one user), inside a user namespace.
 */
export function serverAccount(dataOwner: { readonly uid: number; readonly gid: number } | undefined): ServerAccount {
  if (process.getuid?.() !== 0) return SAME_USER;
  if (dataOwner && dataOwner.uid !== 0) return { uid: dataOwner.uid, gid: dataOwner.gid, prefix: [] };
  if (!dataOwner && canBecome(UNASSIGNED_ID)) return { uid: UNASSIGNED_ID, gid: UNASSIGNED_ID, prefix: [] };
  return namedInNamespace();
}

/**
 * `initdb`, unlike the server, insists on a user with a name. It runs as one that exists, and what it made is then
 * handed to the server's account.
 */
export function initAccount(account: ServerAccount): ServerAccount {
  if (account.uid === undefined) return account.prefix.length > 0 || iHaveName() ? account : namedInNamespace();
  return hasName(account.uid) ? account : { ...account, uid: namedUser(), gid: namedUser() };
}

/** Gives a file or folder to the account; does nothing when that is this user already. */
export function handOver(path: string, account: ServerAccount): void {
  if (account.uid !== undefined && account.gid !== undefined) chownSync(path, account.uid, account.gid);
}

/** Whether the account can make files in a folder, found out by asking the system rather than by reading modes. */
export function canWriteIn(folder: string, account: ServerAccount): boolean {
  return runs(account, '/bin/sh', ['-c', 'cd "$0" && test -w .', folder]);
}

/** Whether the account can start a program; false when a folder above it is closed or a library is missing. */
export function canRun(program: string, account: ServerAccount): boolean {
  return runs(account, program, ['--version']);
}

function canBecome(id: number): boolean {
  return runs({ uid: id, gid: id, prefix: [] }, '/bin/sh', ['-c', ':']);
}

function runs(account: ServerAccount, program: string, args: readonly string[]): boolean {
  const [command = program, ...rest] = [...account.prefix, program, ...args];
  return spawnSync(command, rest, { ...identity(account), cwd: '/', stdio: 'ignore' }).status === 0;
}

/** The part of the options of `spawn` that changes the user. */
export function identity(account: ServerAccount): { uid?: number; gid?: number } {
  return account.uid === undefined || account.gid === undefined ? {} : { uid: account.uid, gid: account.gid };
}

// The same user under another number and name, which is seen by the program alone.
function namedInNamespace(): ServerAccount {
  const id = namedUser();
  return { ...SAME_USER, prefix: ['unshare', '--user', `--map-user=${id}`, `--map-group=${id}`, '--'] };
}

function iHaveName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

function hasName(uid: number): boolean {
  return passwordEntries().some((entry) => entry.uid === uid);
}

function namedUser(): number {
  const entries = passwordEntries().filter((entry) => entry.uid !== 0);
  return (entries.find((entry) => entry.name === 'nobody') ?? entries[0])?.uid ?? UNASSIGNED_ID;
}

function passwordEntries(): readonly { name: string; uid: number }[] {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return lines
      .map((line) => line.split(':'))
      .map(([name = '', , uid = '']) => ({ name, uid: Number(uid || Number.NaN) }))
      .filter((entry) => Number.isSafeInteger(entry.uid));
  } catch {
    return [];
  }
}
