import type { Job as BullJob, JobsOptions } from 'bullmq';

/** A job that the queue holds, whether it was just added or before. */
export type HeldJob = Pick<BullJob, 'promote'>;

/** What the queue asks of BullMQ's side that takes jobs in; the same whatever is behind it. */
export interface BullQueue {
  addBulk(
    jobs: { readonly name: string; readonly data: object; readonly opts: JobsOptions & { readonly jobId: string } }[],
  ): Promise<readonly HeldJob[]>;
  close(): Promise<void>;
}

/** BullMQ's side that gives jobs out; closing it waits for those that are under way. */
export interface BullWorker {
  close(): Promise<void>;
}

/** Does one job, which BullMQ may move afterwards with the token. */
export type Process = (job: BullJob, token: string | undefined) => Promise<void>;

/** How jobs are given out. */
export interface WorkerSettings {
  readonly concurrency: number;
  readonly lockDuration: number;
  readonly stalledInterval: number;
  readonly maxStalledCount: number;
  readonly drainDelay: number;
  readonly runRetryDelay: number;
}

/** Where BullMQ keeps its jobs. Everything that differs between backends is in here. */
export interface QueueConnection {
  readonly isReachable: boolean;
  openQueue(): Promise<BullQueue>;
  openWorker(process: Process, settings: WorkerSettings): BullWorker;
  /** Whether jobs have been lost since the last call, as far as the backend can tell. */
  hasLost(): Promise<boolean>;
  /** Brings back what is missing by this error; false when nothing is. */
  restore(error: unknown): Promise<boolean>;
  /** Ends everything that waits for a server that does not answer. */
  abandon(): void;
  close(): Promise<void>;
}
