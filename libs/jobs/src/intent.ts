import type { Json } from '@crm/event-sourcing';
import type pg from 'pg';

/** A connection inside a transaction. */
export type Tx = Pick<pg.ClientBase, 'query'>;

/** Something that has to be done once, later or elsewhere. */
export interface Intent {
  /** Which handler does it. */
  readonly name: string;
  /** Says once and for all what this is: `<purpose>-<id>-<version>`. A second intent with the same id changes nothing for as long as the first is remembered, unless the job's own handler writes it: "not yet". */
  readonly jobId: string;
  /** Ids and codes only, never a personal value. */
  readonly payload: Json;
  /** Not before this time (ISO 8601, by the database's clock); at once unless given. */
  readonly dueAt?: string;
}

/** One delivery of a job to its handler. There may be several, even at the same time: the effect needs a guard of its own. */
export interface Job<Payload = Json> {
  readonly jobId: string;
  readonly name: string;
  readonly payload: Payload;
  /** From 1; counts deliveries since the job was intended, or put off by its handler. */
  readonly attempt: number;
  /** Aborted when the process wants to stop; a handler that gives up by throwing is delivered again elsewhere. */
  readonly signal: AbortSignal;
  /**
   * Marks the job done in the handler's own transaction, so that effect and completion happen together or not at all.
   * Throws `JobAlreadyDone` when another delivery was faster; then the transaction must be rolled back.
   */
  complete(tx: Tx): Promise<void>;
}

/** Does the job; returning marks it done. `JobFailed` or a refusal (`Rejected` below 500) fails it for good, all else is retried for ever. */
export type JobHandler<Payload = Json> = (job: Job<Payload>) => Promise<void>;

export type IntentState = 'pending' | 'done' | 'failed';

/** What is known of a job. */
export interface JobStatus {
  readonly state: IntentState;
  readonly attempts: number;
  readonly lastErrorCode: string | null;
  readonly dueAt: string;
  readonly finishedAt: string | null;
}

/** How many jobs are due and not done, wait for their time or their next attempt, and have failed for good. */
export interface JobCounts {
  readonly due: number;
  readonly waiting: number;
  readonly failed: number;
}

const JOB_ID = /^[A-Za-z0-9][\w.-]{0,199}$/;

/** Queues give all-digit ids to jobs of their own, and join ids with colons: neither may be a job id of ours. */
export function checkJobId(jobId: string): void {
  if (!JOB_ID.test(jobId) || /^\d+$/.test(jobId))
    throw new RangeError(
      `job id ${jobId} is not of the form <purpose>-<id>-<version>: letters, digits, . _ - and not digits alone`,
    );
}
