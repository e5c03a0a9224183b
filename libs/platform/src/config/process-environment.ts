import type { Environment } from './given-values.js';

/** The environment of this process. */
export const processEnvironment: Environment = process.env;
