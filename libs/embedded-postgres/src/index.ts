export { type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { removeEmbeddedPostgres, startEmbeddedPostgres, stopEmbeddedPostgres } from './embedded-postgres.js';
export {
  DataFolderInUse,
  DataFolderUnusable,
  DataVersionMismatch,
  EmbeddedPostgresError,
  PortInUse,
  StartFailed,
  StopFailed,
  UnsupportedPlatform,
} from './errors.js';
export { clusterFolders } from './placement.js';
export { processStart } from './process-identity.js';
