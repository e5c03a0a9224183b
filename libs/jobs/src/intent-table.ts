import type { Context, Json } from '@crm/event-sourcing';
import type pg from 'pg';
import { checkJobId, type Intent, type JobCounts, type JobStatus, type Tx } from './intent.js';
import type { QueuedJob } from './queue-backend.js';

/** How many intents go to the queue at a time. */
export const QUEUE_BATCH = 500;

const DELAY = `greatest(0, ceil(extract(epoch FROM due_at - clock_timestamp()) * 1000))::float8 AS "delayMs"`;
const INSERT = `INSERT INTO jobs.intent (job_id, name, payload, context, due_at)
  SELECT job_id, name, payload::jsonb, context::jsonb, coalesce(due_at, clock_timestamp())
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) AS i(job_id, name, payload, context, due_at)
  ORDER BY job_id ON CONFLICT DO NOTHING`;
const NEVER_QUEUED = `SELECT job_id AS "jobId", name, ${DELAY} FROM jobs.intent
  WHERE state = 'pending' AND queued_at IS NULL ORDER BY due_at LIMIT ${String(QUEUE_BATCH)}`;
// A timer that has just come is being delivered.
const OVERDUE = `SELECT job_id AS "jobId", name, ${DELAY} FROM jobs.intent
  WHERE state = 'pending' AND due_at <= clock_timestamp() - least($1::float8, 2000) * interval '1 ms' AND queued_at <= clock_timestamp() - $1::float8 * interval '1 ms'
  ORDER BY due_at LIMIT ${String(QUEUE_BATCH)}`;
const MARK_QUEUED = `UPDATE jobs.intent SET queued_at = clock_timestamp() WHERE job_id = ANY($1::text[]) AND state = 'pending'`;
const BEGIN = `UPDATE jobs.intent SET attempts = attempts + 1
  WHERE job_id = $1 AND state = 'pending' AND due_at <= clock_timestamp() RETURNING name, payload, context, attempts, failures`;
const NOT_YET = `SELECT ${DELAY} FROM jobs.intent WHERE job_id = $1 AND state = 'pending'`;
// What a finished job was told is of no further use, so it is not kept.
const FINISH = `UPDATE jobs.intent SET state = 'done', payload = '{}', last_error_code = NULL, finished_at = clock_timestamp()
  WHERE job_id = $1 AND state = 'pending'`;
const FAIL = `UPDATE jobs.intent SET state = 'failed', last_error_code = $2, finished_at = clock_timestamp()
  WHERE job_id = $1 AND state = 'pending'`;
const POSTPONE = `UPDATE jobs.intent
  SET due_at = clock_timestamp() + $2 * interval '1 ms', failures = failures + 1, last_error_code = $3
  WHERE job_id = $1 AND state = 'pending'`;
// Its attempts begin anew: it did not fail. The queue still has it, so it stays marked as queued.
const INTEND_AGAIN = `UPDATE jobs.intent
  SET payload = $2::jsonb, due_at = greatest($3::timestamptz, clock_timestamp() + $4 * interval '1 ms'), attempts = 0, failures = 0, last_error_code = NULL
  WHERE job_id = $1 AND state = 'pending'`;
const PRUNE = `DELETE FROM jobs.intent WHERE job_id IN (
  SELECT job_id FROM jobs.intent WHERE state = 'done' AND finished_at < clock_timestamp() - $1 * interval '1 ms'
  ORDER BY finished_at LIMIT ${String(QUEUE_BATCH)} FOR UPDATE SKIP LOCKED)`;
const STATUS = `SELECT state, attempts, last_error_code AS "lastErrorCode", due_at AS "dueAt", finished_at AS "finishedAt"
  FROM jobs.intent WHERE job_id = $1`;
const COUNTS = `SELECT
  (SELECT count(*)::int FROM jobs.intent WHERE state = 'pending' AND due_at <= clock_timestamp()) AS due,
  (SELECT count(*)::int FROM jobs.intent WHERE state = 'pending' AND due_at > clock_timestamp()) AS waiting,
  (SELECT count(*)::int FROM jobs.intent WHERE state = 'failed') AS failed`;

/** An intent whose time has come, as its handler gets it. */
export interface Begun {
  readonly name: string;
  readonly payload: Json;
  readonly context: Context;
  readonly attempts: number;
  /** How many of the attempts before this one ended with an error; one whose process died did not. */
  readonly failures: number;
}

/** The truth about jobs: every state is in `jobs.intent`, and the queue is only told. */
export class IntentTable {
  constructor(private readonly pool: pg.Pool) {}

  async insert(tx: Tx, intents: readonly Intent[], context: Context): Promise<void> {
    for (const { jobId } of intents) checkJobId(jobId);
    await tx.query(INSERT, [
      intents.map(({ jobId }) => jobId),
      intents.map(({ name }) => name),
      intents.map(({ payload }) => JSON.stringify(payload)),
      intents.map(({ dueAt }) => JSON.stringify(dueAt === undefined ? context : withoutTrace(context))),
      intents.map(({ dueAt }) => dueAt ?? null),
    ]);
  }

  /** Puts a job off that is being delivered, at least by `leastMs`; nothing when it is finished. */
  async intendAgain(tx: Tx, { jobId, payload, dueAt }: Intent, leastMs: number): Promise<void> {
    await tx.query(INTEND_AGAIN, [jobId, JSON.stringify(payload), dueAt ?? null, leastMs]);
  }

  async neverQueued(): Promise<readonly QueuedJob[]> {
    return (await this.pool.query<QueuedJob>(NEVER_QUEUED)).rows;
  }

  /** Due, not done, and given to the queue so long ago that it may have lost them. */
  async overdue(sinceMs: number): Promise<readonly QueuedJob[]> {
    return (await this.pool.query<QueuedJob>(OVERDUE, [sinceMs])).rows;
  }

  async markQueued(jobs: readonly QueuedJob[]): Promise<void> {
    await this.pool.query(MARK_QUEUED, [jobs.map(({ jobId }) => jobId)]);
  }

  /** Counts an attempt, when the job is still to be done and its time has come. */
  async begin(jobId: string): Promise<Begun | undefined> {
    return (await this.pool.query<Begun>(BEGIN, [jobId])).rows[0];
  }

  /** How long until a job is due; nothing when it is finished or unknown. */
  async dueIn(jobId: string): Promise<number | undefined> {
    return (await this.pool.query<{ delayMs: number }>(NOT_YET, [jobId])).rows[0]?.delayMs;
  }

  async finish(jobId: string, tx: Tx = this.pool): Promise<boolean> {
    return (await tx.query(FINISH, [jobId])).rowCount === 1;
  }

  async fail(jobId: string, code: string): Promise<void> {
    await this.pool.query(FAIL, [jobId, code]);
  }

  /** Counts a failure, and puts the next attempt off. */
  async postpone(jobId: string, delayMs: number, code: string): Promise<void> {
    await this.pool.query(POSTPONE, [jobId, delayMs, code]);
  }

  /** Forgets some of the jobs that were done longer ago than that; those that failed stay. */
  async prune(keepMs: number): Promise<void> {
    await this.pool.query(PRUNE, [keepMs]);
  }

  async status(jobId: string): Promise<JobStatus | undefined> {
    return (await this.pool.query<JobStatus>(STATUS, [jobId])).rows[0];
  }

  async counts(): Promise<JobCounts> {
    return (await this.pool.query<JobCounts>(COUNTS)).rows[0] ?? { due: 0, waiting: 0, failed: 0 };
  }
}

/** A timer begins a trace of its own: one that plans the next would never end the trace that it began in. */
function withoutTrace({ traceparent: _, ...context }: Context): Context {
  return context;
}
