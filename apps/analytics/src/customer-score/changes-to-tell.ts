import type { ServiceContext } from '@crm/platform';
import type pg from 'pg';
import type { CustomerScoreChanged } from './customer-score.events.js';
import { liveChangeId, promotedChangeId } from './customer-score.js';
import type { ScoreChange } from './score-changes.js';
import type { ScoreRun } from './score-runs.js';
import { tellScoreChange } from './tell-score-change.js';

const AT_ONCE = 1_000;

/** A change of a customer's class that is noted and about to be told. */
export interface ChangeToTell {
  readonly streamId: string;
  readonly class: string;
  /** Which telling of the customer's class in this model it is, from 1. */
  readonly tells: number;
  readonly occurredAt: string;
  readonly data: CustomerScoreChanged['data'];
}

const NOTE = `INSERT INTO app.told_score AS o (model, party_id, class, tells)
  SELECT model, party_id, class, tells FROM unnest($1::text[], $2::uuid[], $3::text[], $4::int[]) AS t(model, party_id, class, tells)
  ORDER BY party_id ON CONFLICT (model, party_id) DO UPDATE SET class = excluded.class, tells = o.tells + 1`;
const ADD = `INSERT INTO app.score_to_tell (model, party_id, tells, stream_id, occurred_at, data)
  SELECT model, party_id, tells, stream_id, occurred_at, data::jsonb
  FROM unnest($1::text[], $2::uuid[], $3::int[], $4::uuid[], $5::timestamptz[], $6::text[]) AS t(model, party_id, tells, stream_id, occurred_at, data)
  ON CONFLICT DO NOTHING`;
const NEXT = `SELECT stream_id AS "streamId", occurred_at AS "occurredAt", data FROM app.score_to_tell WHERE model = $1 LIMIT ${String(AT_ONCE)}`;
// When a run told something in between, nobody knows which was heard last: without a class it is told again.
const TOLD = `WITH told AS (DELETE FROM app.score_to_tell WHERE stream_id = ANY($1::uuid[]) RETURNING model, party_id, tells)
  UPDATE app.told_score o SET class = NULL FROM told t WHERE o.model = t.model AND o.party_id = t.party_id AND o.tells <> t.tells`;

/** The change to the class that a customer has now by the edges of a run (`live`), or that the run gave (`stored`). */
export function changeToTell(
  source: 'live' | 'stored',
  { runId, model, modelVersion, asOf }: ScoreRun,
  { partyId, values, tells, class: name }: ScoreChange,
  now: number,
): ChangeToTell {
  const occurredAt = new Date(now).toISOString();
  return {
    streamId: source === 'live' ? liveChangeId(partyId, tells, name) : promotedChangeId(model, partyId, tells, name),
    class: name,
    tells: tells + 1,
    occurredAt,
    data: { partyId, model, modelVersion, runId, asOf: source === 'live' ? occurredAt : asOf, values },
  };
}

/** Notes changes, and that they are to be told. */
export async function noteChanges(tx: pg.ClientBase, changes: readonly ChangeToTell[]): Promise<void> {
  if (changes.length === 0) return;
  const [models, partyIds] = [changes.map(({ data }) => data.model), changes.map(({ data }) => data.partyId)];
  const tells = changes.map((change) => change.tells);
  await tx.query(NOTE, [models, partyIds, changes.map((change) => change.class), tells]);
  await tx.query(ADD, [
    ...[models, partyIds, tells],
    changes.map(({ streamId }) => streamId),
    changes.map(({ occurredAt }) => occurredAt),
    changes.map(({ data }) => JSON.stringify(data)),
  ]);
}

/** Tells the changes of a model's classes that are noted, also those of a process that died. Each is told once. */
export async function tellChanges(
  { store, pool }: Pick<ServiceContext, 'store' | 'pool'>,
  model: string,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const { rows } = await pool.query<Pick<ChangeToTell, 'streamId' | 'occurredAt' | 'data'>>(NEXT, [model]);
    if (rows.length === 0) return;
    await Promise.all(
      rows.map(({ streamId, occurredAt, data }) =>
        tellScoreChange({ store }, { streamId, occurredAt, fingerprint: streamId }, data),
      ),
    );
    await pool.query(TOLD, [rows.map(({ streamId }) => streamId)]);
  }
}
