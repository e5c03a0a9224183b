import type pg from 'pg';

/** A customer whose memberships may not be what they were: facts or scores changed, a segment is new, or a day has come. */
export interface CustomerToLookAt {
  readonly partyId: string;
  readonly facts: number;
  readonly recencyDays: number | null;
  readonly tenureDays: number | null;
  readonly factsChanged: boolean;
  readonly basisChanged: boolean;
}

// A customer's number of facts only ever grows, so it tells whether something happened since the last look.
const STALE = `SELECT f.party_id AS "partyId", f.orders AS facts,
    greatest($2::date - f.last_day, 0) AS "recencyDays", greatest($2::date - f.first_day, 0) AS "tenureDays",
    l.facts IS DISTINCT FROM f.orders AS "factsChanged", l.basis IS DISTINCT FROM $1 AS "basisChanged"
  FROM customer_feature f LEFT JOIN app.segment_look l USING (party_id)
  WHERE (l.party_id IS NULL OR l.facts <> f.orders OR l.basis <> $1 OR l.look_again <= $2::date)
    AND NOT EXISTS (SELECT FROM es.tombstone t WHERE t.key = f.party_id)
  LIMIT $3`;
const LOOKED = `INSERT INTO app.segment_look (party_id, facts, basis, look_again)
  SELECT party_id, facts, $3, $4::date + days FROM unnest($1::uuid[], $2::int[], $5::int[]) AS l(party_id, facts, days) ORDER BY party_id
  ON CONFLICT (party_id) DO UPDATE SET facts = excluded.facts, basis = excluded.basis, look_again = excluded.look_again`;

/** Up to `limit` customers to look at. `basis` names the segments and runs of the day. */
export async function customersToLookAt(
  pool: pg.Pool,
  { basis, today, limit }: { readonly basis: string; readonly today: string; readonly limit: number },
): Promise<readonly CustomerToLookAt[]> {
  return (await pool.query<CustomerToLookAt>(STALE, [basis, today, limit])).rows;
}

/** A customer who was looked at, and in how many days that has to be done again by itself. */
export interface LookedAt {
  readonly partyId: string;
  readonly facts: number;
  readonly days: number | undefined;
}

export async function noteLooks(
  tx: pg.ClientBase,
  basis: string,
  today: string,
  looks: readonly LookedAt[],
): Promise<void> {
  await tx.query(LOOKED, [
    looks.map(({ partyId }) => partyId),
    looks.map(({ facts }) => facts),
    basis,
    today,
    looks.map(({ days }) => days ?? null),
  ]);
}
