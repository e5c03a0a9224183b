import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace, from sources and from compiled code alike. */
export const repository = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** What the local infrastructure takes from the environment of whoever starts it. */
export const environment = {
  searchPath: (): string => process.env['PATH'] ?? '',
  /** CRM_STACK_DIR; default `.stack` in the repository. */
  stackFolder: (): string => resolve(repository, process.env['CRM_STACK_DIR'] ?? '.stack'),
  cacheFolder: (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'crm'),
  /** What a program needs to run at all; nothing of it is a setting of the product. */
  ofPrograms: (): Readonly<Record<string, string>> => ({
    PATH: process.env['PATH'] ?? '',
    HOME: homedir(),
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    ...(process.env['JAVA_HOME'] === undefined ? {} : { JAVA_HOME: process.env['JAVA_HOME'] }),
  }),
  /** CRM_TEST_KAFKA and CRM_TEST_REDIS: servers that tests use instead of their own. */
  testKafka: (): string | undefined => process.env['CRM_TEST_KAFKA'],
  testRedis: (): string | undefined => process.env['CRM_TEST_REDIS'],
  dockerHost: (): string | undefined => process.env['DOCKER_HOST'],
} as const;
