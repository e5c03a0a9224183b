import { randomBytes } from 'node:crypto';
import { KeyErased } from '@crm/event-sourcing';
import type pg from 'pg';
import { KeyMissing } from './errors.js';
import { KeyCache } from './key-cache.js';
import { KeyRequests, type Keys } from './key-requests.js';
import { KEY_CACHE_MS, type KeyRing } from './key-ring.js';
import { unwrapKey, wrapKey, type KeyEncryptionKeys } from './key-wrapping.js';

interface KeyRow {
  readonly subject_id: string;
  readonly wrapped: Buffer | null;
  readonly kek_id: string | null;
}

const FIND = {
  name: 'pii-find-keys',
  text: 'SELECT subject_id, wrapped, kek_id FROM pii.subject_key WHERE subject_id = ANY($1::uuid[])',
};
// A key that another transaction makes meanwhile is in neither part of the answer; the caller asks once more.
const FIND_OR_MAKE = {
  name: 'pii-find-or-make-keys',
  text: `WITH made AS (
      INSERT INTO pii.subject_key (subject_id, wrapped, kek_id)
      SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::text[])
      ON CONFLICT DO NOTHING RETURNING subject_id, wrapped, kek_id
    )
    SELECT * FROM made
    UNION ALL SELECT subject_id, wrapped, kek_id FROM pii.subject_key WHERE subject_id = ANY($1::uuid[])`,
};
const DESTROY = `INSERT INTO pii.subject_key AS k (subject_id, destroyed_at)
  SELECT DISTINCT id, clock_timestamp() FROM unnest($1::uuid[]) id ORDER BY id
  ON CONFLICT (subject_id) DO UPDATE SET wrapped = NULL, destroyed_at = clock_timestamp() WHERE k.destroyed_at IS NULL`;
const COUNT_DESTROYED = `SELECT count(*)::int AS count FROM pii.subject_key
  WHERE subject_id = ANY($1::uuid[]) AND destroyed_at IS NOT NULL AND kek_id IS NOT NULL`;

/** Bounds of the cache of unwrapped keys. */
export interface KeyRingOptions {
  readonly maxCached?: number;
}

/** The key ring on PostgreSQL. Concurrent requests share a round trip; unwrapped keys are kept for a minute at most. */
export class PostgresKeyRing implements KeyRing {
  private readonly cache: KeyCache;
  private readonly found: KeyRequests;
  private readonly foundOrMade: KeyRequests;

  constructor(
    private readonly pool: pg.Pool,
    private readonly keks: KeyEncryptionKeys,
    options: KeyRingOptions = {},
  ) {
    this.cache = new KeyCache(options.maxCached ?? 20_000, KEY_CACHE_MS);
    this.found = new KeyRequests((subjects) => this.find(subjects));
    this.foundOrMade = new KeyRequests((subjects) => this.findOrMake(subjects));
  }

  async toSeal(subjects: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const keys = new Map<string, Uint8Array>();
    for (const [subject, key] of await this.load(subjects, this.foundOrMade)) {
      if (key === null) throw new KeyErased(subject);
      keys.set(subject, key);
    }
    return keys;
  }

  async toOpen(subjects: readonly string[]): Promise<ReadonlyMap<string, Uint8Array | null>> {
    return new Map(await this.load(subjects, this.found));
  }

  async destroy(subjects: readonly string[]): Promise<number> {
    await this.pool.query(DESTROY, [subjects]);
    for (const subject of subjects) this.cache.forget(subject);
    const { rows } = await this.pool.query<{ count: number }>(COUNT_DESTROYED, [subjects]);
    return rows[0]?.count ?? 0;
  }

  private load(subjects: readonly string[], requests: KeyRequests): Promise<(readonly [string, Uint8Array | null])[]> {
    return Promise.all(
      subjects.map(async (subject) => {
        const key = this.cache.get(subject) ?? (await requests.ask(subject));
        if (key === undefined) throw new KeyMissing(subject);
        return [subject, key] as const;
      }),
    );
  }

  private async find(subjects: readonly string[]): Promise<Keys> {
    const { rows } = await this.pool.query<KeyRow>(FIND, [subjects]);
    return new Map(rows.map((row) => [row.subject_id, this.unwrapped(row)]));
  }

  private async findOrMake(subjects: readonly string[]): Promise<Keys> {
    // One order for everybody: two batches that make the same keys must not wait for each other.
    const missing = new Set([...subjects].sort());
    const keys = new Map<string, Uint8Array | null>();
    while (missing.size > 0) {
      const asked = [...missing];
      const made = asked.map((subject) => wrapKey(this.keks, subject, randomBytes(32)));
      const { rows } = await this.pool.query<KeyRow>(FIND_OR_MAKE, [
        asked,
        made.map(({ wrapped }) => wrapped),
        made.map(({ kekId }) => kekId),
      ]);
      for (const row of rows) {
        keys.set(row.subject_id, this.unwrapped(row));
        missing.delete(row.subject_id);
      }
    }
    return keys;
  }

  private unwrapped({ subject_id, wrapped, kek_id }: KeyRow): Uint8Array | null {
    if (wrapped === null || kek_id === null) return null;
    const key = unwrapKey(this.keks, subject_id, { wrapped, kekId: kek_id });
    this.cache.put(subject_id, key);
    return key;
  }
}
