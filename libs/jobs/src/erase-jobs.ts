import type { Tx } from './intent.js';

const BLANK = `UPDATE jobs.intent SET payload = '{}' WHERE state = 'failed' AND payload::text LIKE '%' || $1::uuid::text || '%'`;

/**
 * The jobs' part in an erasure. Payloads hold ids only, and a finished job keeps none: what is left is the ids in failed
 * jobs. Jobs that are still to be done stay, since an erasure may depend on them; the log refuses what they would record.
 */
export const eraseJobs = {
  name: 'jobs',
  kind: 'jobs',
  erase: async (tx: Tx, subjectId: string): Promise<number> => (await tx.query(BLANK, [subjectId])).rowCount ?? 0,
} as const;
