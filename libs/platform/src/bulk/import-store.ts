import type { Pool } from 'pg';

/** Lines of an import by outcome; `read` is their sum. */
export interface ImportCounts {
  readonly read: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly rejected: number;
}

/** A line that was not taken. */
export interface ImportReject {
  readonly line: number;
  readonly code: string;
  readonly pointer: string;
}

export type ImportStatus = 'running' | 'done' | 'failed' | 'aborted';

/** An import as it is kept. */
export interface StoredImport extends ImportCounts {
  readonly importId: string;
  readonly status: ImportStatus;
  readonly contentHash: string | null;
  readonly readAfter: string | null;
}

// A run that was not seen for half a minute died with its process; a retry takes its place.
const BEGIN = `INSERT INTO platform.import AS i (import_id, noun, status, attempt) VALUES ($1, $2, 'running', $3)
ON CONFLICT (import_id) DO UPDATE SET status = 'running', attempt = excluded.attempt, read = 0, accepted = 0, duplicates = 0,
  conflicts = 0, rejected = 0, started_at = now(), seen_at = now()
WHERE i.status IN ('failed', 'aborted') OR (i.status = 'running' AND i.seen_at < now() - interval '30 seconds')
RETURNING import_id`;
const FORGET_REJECTS = 'DELETE FROM platform.import_reject WHERE import_id = $1';
const NOTE = `UPDATE platform.import SET status = $3, read = $4, accepted = $5, duplicates = $6, conflicts = $7, rejected = $8,
  content_hash = $9, read_after = $10, seen_at = now() WHERE import_id = $1 AND attempt = $2`;
const ADD_REJECTS = `INSERT INTO platform.import_reject (import_id, line, outcome, code, pointer)
SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) ON CONFLICT DO NOTHING`;
const FIND = `SELECT import_id, status, read::float8, accepted::float8, duplicates::float8, conflicts::float8, rejected::float8, content_hash, read_after
FROM platform.import WHERE import_id = $1 AND noun = $2`;
const REJECTS = `SELECT line::float8, code, pointer FROM platform.import_reject
WHERE import_id = $1 AND line > $2 AND outcome = ANY($3::text[]) ORDER BY line LIMIT $4`;

/** Keeps imports and their rejects: codes and pointers, never a value. */
export class ImportStore {
  constructor(private readonly pool: Pool) {}

  /** Begins a run; false when the import is done already, or still running elsewhere. */
  async begin(importId: string, noun: string, attempt: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(BEGIN, [importId, noun, attempt]);
    if (rowCount === 1) await this.pool.query(FORGET_REJECTS, [importId]);
    return rowCount === 1;
  }

  /** Notes the state of a run; false when another run took its place. */
  async note(
    run: { readonly importId: string; readonly attempt: string },
    status: ImportStatus,
    counts: ImportCounts,
    end?: { readonly contentHash: string; readonly readAfter: string },
  ): Promise<boolean> {
    const { read, accepted, duplicates, conflicts, rejected } = counts;
    const values = [run.importId, run.attempt, status, read, accepted, duplicates, conflicts, rejected];
    const { rowCount } = await this.pool.query(NOTE, [...values, end?.contentHash ?? null, end?.readAfter ?? null]);
    return rowCount === 1;
  }

  async addRejects(
    importId: string,
    rejects: readonly (ImportReject & { readonly outcome: 'rejected' | 'conflict' })[],
  ): Promise<void> {
    if (rejects.length === 0) return;
    await this.pool.query(ADD_REJECTS, [
      importId,
      rejects.map(({ line }) => line),
      rejects.map(({ outcome }) => outcome),
      rejects.map(({ code }) => code),
      rejects.map(({ pointer }) => pointer),
    ]);
  }

  async find(importId: string, noun: string): Promise<StoredImport | undefined> {
    const { rows } = await this.pool.query<Record<string, unknown>>(FIND, [importId, noun]);
    const [row] = rows;
    if (row === undefined) return undefined;
    const { import_id: id, content_hash: contentHash, read_after: readAfter, ...rest } = row;
    return { importId: id, contentHash, readAfter, ...rest } as unknown as StoredImport;
  }

  /** Rejects after a line, in the order of lines. */
  async rejects(
    importId: string,
    afterLine: number,
    limit: number,
    withConflicts: boolean,
  ): Promise<readonly ImportReject[]> {
    const outcomes = withConflicts ? ['rejected', 'conflict'] : ['rejected'];
    const { rows } = await this.pool.query<ImportReject>(REJECTS, [importId, afterLine, outcomes, limit]);
    return rows;
  }
}
