import type pg from 'pg';
import type { Conversion } from '../campaign/campaign-plan.js';
import type { Heard, Membership } from './matching.js';
import type { ResponseKind } from './response-kinds.js';

const KEEP = `INSERT INTO app.heard (response_id, party_id, kind, at, is_order, treatment_id, source_code, amount_minor, currency)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::boolean[], $6::uuid[], $7::text[], $8::bigint[], $9::text[]) AS h(id, party, kind, at, is_order, treatment, code, amount, currency)
  ORDER BY id ON CONFLICT DO NOTHING`;
const HEARD = `SELECT response_id, party_id, kind, at, is_order, treatment_id, source_code, amount_minor, currency FROM app.heard
  WHERE party_id = ANY($1::uuid[]) ORDER BY at, response_id`;
const MEMBERSHIPS = `SELECT m.party_id, m.wave_id, m.arm, w.campaign_id, w.started_at, w.ends_at, w.conversion, w.codes
  FROM app.member m JOIN app.wave_window w USING (wave_id) WHERE m.party_id = ANY($1::uuid[])`;
const OPEN_WINDOW = `INSERT INTO app.wave_window (wave_id, campaign_id, started_at, ends_at, conversion, codes) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT DO NOTHING`;
const ADD_MEMBERS = `INSERT INTO app.member (party_id, wave_id, arm) SELECT party, $1, arm FROM unnest($2::uuid[], $3::text[]) AS m(party, arm)
  ORDER BY party ON CONFLICT DO NOTHING`;

/*
 * Responses and waves come in any order and by different readers. Each writes what it brings before it looks for the other side,
 * so that of two that pass each other at least one sees both.
 */

/** Keeps what was heard, so that waves which are loaded later find it. */
export async function keepHeard(pool: pg.Pool, heard: readonly Heard[]): Promise<void> {
  await pool.query(KEEP, [
    heard.map(({ responseId }) => responseId),
    heard.map(({ partyId }) => partyId),
    heard.map(({ kind }) => kind),
    heard.map(({ at }) => at),
    heard.map(({ isOrder }) => isOrder),
    heard.map(({ treatmentId }) => treatmentId ?? null),
    heard.map(({ sourceCode }) => sourceCode ?? null),
    heard.map(({ amount }) => amount?.amountMinor ?? null),
    heard.map(({ amount }) => amount?.currency ?? null),
  ]);
}

interface HeardRow {
  readonly response_id: string;
  readonly party_id: string;
  readonly kind: ResponseKind;
  readonly at: string;
  readonly is_order: boolean;
  readonly treatment_id: string | null;
  readonly source_code: string | null;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
}

/** Everything that was heard of some parties, oldest first. */
export async function heardOf(pool: pg.Pool, partyIds: readonly string[]): Promise<readonly Heard[]> {
  const { rows } = await pool.query<HeardRow>(HEARD, [partyIds]);
  return rows.map((row) => ({
    responseId: row.response_id,
    partyId: row.party_id,
    kind: row.kind,
    at: row.at,
    isOrder: row.is_order,
    ...(row.treatment_id === null ? {} : { treatmentId: row.treatment_id }),
    ...(row.source_code === null ? {} : { sourceCode: row.source_code }),
    ...(row.amount_minor === null || row.currency === null
      ? {}
      : { amount: { amountMinor: Number(row.amount_minor), currency: row.currency } }),
  }));
}

interface MembershipRow {
  readonly party_id: string;
  readonly wave_id: string;
  readonly arm: string;
  readonly campaign_id: string;
  readonly started_at: string;
  readonly ends_at: string;
  readonly conversion: Conversion;
  readonly codes: readonly string[];
}

/** The loaded waves that some parties are members of, by party. */
export async function membershipsOf(
  pool: pg.Pool,
  partyIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Membership[]>> {
  const { rows } = await pool.query<MembershipRow>(MEMBERSHIPS, [[...new Set(partyIds)]]);
  const byParty = new Map<string, Membership[]>();
  for (const row of rows) {
    const membership = toMembership(row);
    const known = byParty.get(row.party_id);
    if (known === undefined) byParty.set(row.party_id, [membership]);
    else known.push(membership);
  }
  return byParty;
}

function toMembership(row: MembershipRow): Membership {
  return {
    partyId: row.party_id,
    waveId: row.wave_id,
    arm: row.arm,
    campaignId: row.campaign_id,
    startedAt: row.started_at,
    endsAt: row.ends_at,
    conversion: row.conversion,
    codes: row.codes,
  };
}

/** What is the same for all members of a wave. */
export async function openWindow(pool: pg.Pool, wave: Omit<Membership, 'partyId' | 'arm'>): Promise<void> {
  await pool.query(OPEN_WINDOW, [
    wave.waveId,
    wave.campaignId,
    wave.startedAt,
    wave.endsAt,
    wave.conversion,
    wave.codes,
  ]);
}

export async function addMembers(
  pool: pg.Pool,
  waveId: string,
  members: readonly Pick<Membership, 'partyId' | 'arm'>[],
): Promise<void> {
  await pool.query(ADD_MEMBERS, [waveId, members.map(({ partyId }) => partyId), members.map(({ arm }) => arm)]);
}
