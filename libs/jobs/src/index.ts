export { BullMqQueue, type BullMqOptions } from './bullmq-queue.js';
export { eraseJobs } from './erase-jobs.js';
export { JobAlreadyDone, JobFailed } from './errors.js';
export type { Intent, IntentState, Job, JobCounts, JobHandler, JobStatus, Tx } from './intent.js';
export { Jobs, type Backoff, type JobsOptions } from './jobs.js';
export type { Deliver, QueueBackend, QueuedJob, Verdict } from './queue-backend.js';
export { JOBS_PRUNING_SCHEMA, JOBS_SCHEMA } from './schema.js';
