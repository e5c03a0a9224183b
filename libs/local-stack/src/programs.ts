import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { environment } from './config.js';
import { MissingProgram } from './errors.js';

const OLDEST_JAVA = 17;
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/opt/homebrew/bin', '/usr/local/bin'];

const HINTS = {
  java: `install a Java runtime of version ${OLDEST_JAVA} or newer (Debian: apt-get install openjdk-17-jre-headless)`,
  mvn: 'install Maven, which fetches Kafka (Debian: apt-get install maven)',
  'redis-server': 'install Redis (Debian: apt-get install redis-server)',
  nginx: 'install nginx (Debian: apt-get install nginx-light)',
} as const;

/** Programs that the local stack runs and does not bring along. */
export type Program = keyof typeof HINTS;

/** The full path of an installed program; undefined when it is not there or, for Java, too old. */
export function findProgram(program: Program): string | undefined {
  // Daemons lie in folders that are not on every user's path.
  const folders = [...environment.searchPath().split(delimiter), ...SYSTEM_FOLDERS].filter((folder) => folder !== '');
  const found = folders.map((folder) => join(folder, program)).find(isExecutable);
  if (program !== 'java' || found === undefined) return found;
  return (javaVersion(found) ?? 0) >= OLDEST_JAVA ? found : undefined;
}

/** Fails with what to install when the program is missing. */
export function requireProgram(program: Program): string {
  const found = findProgram(program);
  if (found === undefined) throw new MissingProgram(program === 'java' ? 'Java 17' : program, HINTS[program]);
  return found;
}

/** The feature release of a Java runtime, such as 17. */
export function javaVersion(java: string): number | undefined {
  const { stderr, stdout, status } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  const [, major, minor] = /version "(\d+)(?:\.(\d+))?/.exec(`${stderr}${stdout}`) ?? [];
  if (status !== 0 || major === undefined) return undefined;
  return major === '1' ? Number(minor) : Number(major);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
