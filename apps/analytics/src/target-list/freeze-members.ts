import { inTransaction } from '@crm/event-sourcing';
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { evaluateSegment, type SegmentMember } from '../segment/evaluate-segment.js';
import type { Where } from '../segment/segment-where.js';
import type { ListMember, MemberEvidence, TargetListDefined, TargetListFrozen } from './target-list.events.js';

const ROWS = 5_000;

const KNOWN = `SELECT selected, suppressed, frozen, content_hash AS "contentHash" FROM app.target_list WHERE target_list_id = $1`;
const ADD_LIST = `INSERT INTO app.target_list (target_list_id, campaign_id, selected, suppressed, frozen, content_hash)
  VALUES ($1, $2, $3, $4, $5, $6)`;
const ADD_MEMBERS = `INSERT INTO app.target_list_member (target_list_id, rank, party_id, evidence)
  SELECT $1, rank, party_id, evidence::jsonb FROM unnest($2::int[], $3::uuid[], $4::text[]) AS m(rank, party_id, evidence)`;
const MEMBERS = `SELECT party_id AS "partyId", rank, evidence FROM app.target_list_member
  WHERE target_list_id = $1 AND rank > $2 AND rank <= $3 ORDER BY rank`;
const ERASED = 'SELECT key AS "partyId" FROM es.tombstone WHERE key = ANY($1::uuid[])';
// A wave runs from its list's freezing on: members of lists that were not loaded yet are taken as well.
const RUNNING = `SELECT m.party_id AS "partyId" FROM loop_member m JOIN loop l USING (loop_id)
    WHERE l.campaign_id = $1 AND l.loop_id <> $2 AND l.completed_at IS NULL AND m.arm IS NOT NULL AND m.party_id = ANY($3::uuid[])
  UNION SELECT m.party_id FROM app.target_list t JOIN app.target_list_member m USING (target_list_id)
    LEFT JOIN loop l ON l.loop_id = t.target_list_id
    WHERE t.campaign_id = $1 AND t.target_list_id <> $2 AND l.loaded_at IS NULL AND m.party_id = ANY($3::uuid[])`;

type FrozenMembers = Pick<TargetListFrozen['data'], 'selected' | 'suppressed' | 'frozen' | 'contentHash'>;

export interface ToFreeze {
  readonly definition: TargetListDefined['data'];
  readonly where: Where;
  readonly now: number;
}

/** Evaluates the segment and fixes the members, all in one snapshot. Done once: another delivery finds what the first one wrote. */
export function freezeMembers(pool: pg.Pool, list: ToFreeze): Promise<FrozenMembers> {
  return inTransaction(pool, (tx) => freezeIn(tx, list), 'BEGIN ISOLATION LEVEL REPEATABLE READ');
}

async function freezeIn(tx: pg.ClientBase, { definition, where, now }: ToFreeze): Promise<FrozenMembers> {
  const { targetListId, campaignId, asOf, runIds, orderBy, limit = Infinity } = definition;
  const { rows } = await tx.query<FrozenMembers>(KNOWN, [targetListId]);
  if (rows[0] !== undefined) return rows[0];
  const evaluated = await evaluateSegment(tx, where, { now, asOf, runIds, orderBy });
  const partyIds = evaluated.members.map(({ partyId }) => partyId);
  const erased = await partiesOf(tx, ERASED, [partyIds]);
  const running = await partiesOf(tx, RUNNING, [campaignId, targetListId, partyIds]);
  const { kept, suppressed } = sift(evaluated.members, { erased, running, limit });
  const members = kept.map(({ partyId, values }, index) => ({
    partyId,
    rank: index + 1,
    evidence: { values, runIds: evaluated.runIds },
  }));
  const frozen = { selected: partyIds.length, suppressed, frozen: members.length, contentHash: contentHashOf(members) };
  await tx.query(ADD_LIST, [targetListId, campaignId, frozen.selected, suppressed, frozen.frozen, frozen.contentHash]);
  await addMembers(tx, targetListId, members);
  return frozen;
}

interface Sieve {
  readonly erased: ReadonlySet<string>;
  readonly running: ReadonlySet<string>;
  readonly limit: number;
}

/** Who stays, in order, and how many drop out for which reason: the first that applies. */
export function sift(
  members: readonly SegmentMember[],
  { erased, running, limit }: Sieve,
): { readonly kept: readonly SegmentMember[]; readonly suppressed: Readonly<Record<string, number>> } {
  const kept: SegmentMember[] = [];
  const suppressed: Record<string, number> = {};
  for (const member of members) {
    const reason = erased.has(member.partyId)
      ? 'party-erased'
      : running.has(member.partyId)
        ? 'in-running-wave'
        : kept.length >= limit
          ? 'over-limit'
          : undefined;
    if (reason === undefined) kept.push(member);
    else suppressed[reason] = (suppressed[reason] ?? 0) + 1;
  }
  return { kept, suppressed };
}

/** SHA-256 over rank and party id of every member, one line each. */
export function contentHashOf(members: readonly Pick<ListMember, 'partyId' | 'rank'>[]): string {
  const hash = createHash('sha256');
  for (const { rank, partyId } of members) hash.update(`${String(rank)} ${partyId}\n`);
  return hash.digest('hex');
}

/** Members of a frozen list by rank: after one, up to and including another. */
export async function membersBetween(
  pool: pg.Pool,
  targetListId: string,
  after: number,
  upTo: number,
): Promise<readonly ListMember[]> {
  return (await pool.query<ListMember>(MEMBERS, [targetListId, after, upTo])).rows;
}

async function partiesOf(tx: pg.ClientBase, sql: string, values: readonly unknown[]): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ partyId: string }>(sql, [...values]);
  return new Set(rows.map(({ partyId }) => partyId));
}

async function addMembers(
  tx: pg.ClientBase,
  targetListId: string,
  members: readonly (Pick<ListMember, 'partyId' | 'rank'> & { readonly evidence: MemberEvidence })[],
): Promise<void> {
  for (let from = 0; from < members.length; from += ROWS) {
    const some = members.slice(from, from + ROWS);
    await tx.query(ADD_MEMBERS, [
      targetListId,
      some.map(({ rank }) => rank),
      some.map(({ partyId }) => partyId),
      some.map(({ evidence }) => JSON.stringify(evidence)),
    ]);
  }
}
