import { existsSync, readdirSync } from 'node:fs';

const swc = [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
    swcrc: false,
  },
];

/** Specs run on the sources of the libs and apps, whatever was last built of them. */
const sourceOf = (folder) => [`^@crm/(${readdirSync(folder).join('|')})$`, `<rootDir>/${folder}/$1/src/index.ts`];

const project = (displayName, testRegex, needs) => ({
  displayName,
  testRegex,
  testEnvironment: 'node',
  roots: ['libs', 'apps', 'bench', 'chaos', 'scripts']
    .filter((folder) => existsSync(folder))
    .map((folder) => `<rootDir>/${folder}`),
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': swc },
  moduleNameMapper: {
    ...Object.fromEntries([sourceOf('libs'), sourceOf('apps')]),
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  setupFilesAfterEnv: ['<rootDir>/scripts/jest/time-limits.mjs'],
  ...needs,
});

const postgres = {
  globalSetup: '<rootDir>/scripts/jest/start-postgres.mjs',
  globalTeardown: '<rootDir>/scripts/jest/stop-postgres.mjs',
};
/** PostgreSQL, Kafka and Redis. */
const everything = {
  globalSetup: '<rootDir>/scripts/jest/start-distributed.mjs',
  globalTeardown: '<rootDir>/scripts/jest/stop-distributed.mjs',
  runner: '<rootDir>/scripts/jest/distributed-runner.mjs',
};

/** Suites are told apart by suffix: what a spec needs decides when it runs. */
export default {
  maxWorkers: 2,
  // Coverage is read, not gated, but for the decisions: no branch of theirs goes untested.
  collectCoverageFrom: ['apps/*/src/**/*.decider.ts', 'libs/tasks/src/*.decider.ts'],
  coverageReporters: ['text'],
  coverageThreshold: { global: { branches: 100 } },
  projects: [
    project('unit', ['(?<!\\.(int|e2e|kafka|slow))\\.spec\\.ts$'], {}),
    project('int', ['\\.int\\.spec\\.ts$'], postgres),
    project('e2e', ['\\.e2e\\.spec\\.ts$'], postgres),
    project('distributed', ['\\.kafka\\.spec\\.ts$'], everything),
    project('slow', ['\\.slow\\.spec\\.ts$'], postgres),
  ],
};
