import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const NAME = 'instance.json';

interface Instance {
  readonly url: string;
  readonly pid: number;
}

/** Notes in the data folder where the running services answer, so that other commands find them; returns how to remove it. */
export async function instanceFile(dataDir: string, url: string): Promise<() => Promise<void>> {
  const file = join(dataDir, NAME);
  await writeFile(file, JSON.stringify({ url, pid: process.pid } satisfies Instance), { mode: 0o600 });
  return () => rm(file, { force: true });
}

/** Where the services of a data folder answer; undefined when they are not running. */
export async function runningInstance(dataDir: string): Promise<string | undefined> {
  try {
    const { url, pid } = JSON.parse(await readFile(join(resolve(dataDir), NAME), 'utf8')) as Instance;
    process.kill(pid, 0);
    return url;
  } catch {
    return undefined;
  }
}
