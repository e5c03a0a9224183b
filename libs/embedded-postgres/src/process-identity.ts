import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

const FIELDS_BEFORE_STATE = 2;
const START_TIME_FIELD = 22;

/**
 * Identifies a running process beyond its number, which the system gives out again: undefined when no such process
 * runs, or only its remains that nobody has collected (a zombie).
 */
export function processStart(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxProcessStart(pid);
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const [state = '', ...start] = line.split(/\s+/);
    return state === '' || state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}

function linuxProcessStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets, which may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return fields[START_TIME_FIELD - FIELDS_BEFORE_STATE - 1];
  } catch {
    return undefined;
  }
}

/** Whether a process was started with `-D folder`. */
export function worksOnFolder(pid: number, folder: string): boolean {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`\0-D\0${folder}\0`);
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(
      `-D ${folder}`,
    );
  } catch {
    return false;
  }
}

/** Names the current run of the machine and its process numbers; pids of another one mean nothing here. */
export function processSpace(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return 'local';
  }
}
