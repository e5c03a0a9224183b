import { jest, expect } from '@jest/globals';

// Jest ignores `testTimeout` of a single project, so the limit follows the suffix of the running file.
const LIMITS = [
  [/\.slow\.spec\.ts$/, 600_000],
  [/\.e2e\.spec\.ts$/, 120_000],
  [/\.kafka\.spec\.ts$/, 120_000],
  [/\.int\.spec\.ts$/, 60_000],
];

const path = expect.getState().testPath ?? '';
jest.setTimeout(LIMITS.find(([suffix]) => suffix.test(path))?.[1] ?? 10_000);
