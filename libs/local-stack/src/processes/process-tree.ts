import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

/** A process and everything that it has started, parents first. Only the process itself where there is no /proc. */
export function treeOf(pid: number): readonly number[] {
  const entries = allProcesses();
  const tree = [pid];
  for (const parent of tree)
    tree.push(...entries.filter((entry) => entry.parent === parent && !tree.includes(entry.pid)).map(({ pid }) => pid));
  return tree;
}

/**
 * What a process group left behind when its leader was killed. They count only if they work below the folder: the
 * number of a group is given out again once nobody is left in it.
 */
export function orphansOf(group: number, folder: string): readonly number[] {
  const entries = allProcesses();
  if (entries.some(({ pid }) => pid === group)) return [];
  return entries.filter((entry) => entry.group === group && worksBelow(entry.pid, folder)).map(({ pid }) => pid);
}

function allProcesses(): readonly Entry[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => entryOf(Number(name)));
  } catch {
    return [];
  }
}

function entryOf(pid: number): readonly Entry[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? [] : [{ pid, parent: Number(parent), group: Number(group) }];
  } catch {
    return [];
  }
}

function worksBelow(pid: number, folder: string): boolean {
  try {
    const path = relative(folder, readlinkSync(`/proc/${pid}/cwd`));
    return !path.startsWith('..') && !isAbsolute(path);
  } catch {
    return false;
  }
}
