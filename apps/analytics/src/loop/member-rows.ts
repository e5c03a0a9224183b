import type { Tx } from '@crm/messaging';
import { onePerKey, type Of } from './loop-events.js';

const ORDERED = 'ORDER BY loop_id, party_id';
const DELIVER = `INSERT INTO loop_member (loop_id, party_id, delivered_at)
  SELECT loop_id, party_id, at FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS m(loop_id, party_id, at) ${ORDERED}
  ON CONFLICT (loop_id, party_id) DO UPDATE SET delivered_at = excluded.delivered_at`;
const ACCEPT = `INSERT INTO loop_member (loop_id, party_id, arm, loaded_at)
  SELECT loop_id, party_id, arm, at FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[]) AS m(loop_id, party_id, at, arm) ${ORDERED}
  ON CONFLICT (loop_id, party_id) DO UPDATE SET arm = excluded.arm, loaded_at = excluded.loaded_at`;
const REJECT = `INSERT INTO loop_member (loop_id, party_id, rejected, loaded_at)
  SELECT loop_id, party_id, reason, at FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[]) AS m(loop_id, party_id, at, reason) ${ORDERED}
  ON CONFLICT (loop_id, party_id) DO UPDATE SET rejected = excluded.rejected, loaded_at = coalesce(loop_member.loaded_at, excluded.loaded_at)`;
const ASSIGN = `INSERT INTO loop_member (loop_id, party_id, treatment_id, assigned_at)
  SELECT loop_id, party_id, treatment_id, at
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[]) AS m(loop_id, party_id, at, treatment_id) ${ORDERED}
  ON CONFLICT (loop_id, party_id) DO UPDATE SET treatment_id = excluded.treatment_id, assigned_at = excluded.assigned_at`;
// What is more certain holds: not known, then certainly not reached, then reached.
const SETTLE = `INSERT INTO loop_member (loop_id, party_id, settled_at, outcome, reason, contacted_at)
  SELECT loop_id, party_id, at, outcome, reason, contacted_at
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::smallint[], $5::text[], $6::timestamptz[])
    AS m(loop_id, party_id, at, outcome, reason, contacted_at) ${ORDERED}
  ON CONFLICT (loop_id, party_id) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason,
    contacted_at = excluded.contacted_at, settled_at = excluded.settled_at
  WHERE loop_member.outcome IS NULL OR loop_member.outcome < excluded.outcome`;

/** What became of a treatment, as it is stored. */
const OUTCOME = { undetermined: 1, skipped: 2, presented: 3 } as const;

interface MemberRow {
  readonly loopId: string;
  readonly partyId: string;
  readonly at: string;
}

const keyOf = ({ loopId, partyId }: MemberRow): string => `${loopId} ${partyId}`;
const earlier = (one: MemberRow, other: MemberRow): boolean => one.at < other.at;

/** Hop 4: who went out. */
export async function writeDelivered(tx: Tx, chunks: Of<'TargetListChunkDelivered'>): Promise<void> {
  const rows = chunks.flatMap(({ data, recordedAt: at }) =>
    data.members.map(({ partyId }) => ({ loopId: data.loopId, partyId, at })),
  );
  await write(tx, DELIVER, onePerKey(rows, keyOf, earlier));
}

/** Hop 4-1: who was drawn into which arm, and who was rejected. */
export async function writeLoaded(tx: Tx, chunks: Of<'crm.marketing.wave-chunk-loaded.v1'>): Promise<void> {
  const of = ({ data, recordedAt: at }: (typeof chunks)[number]) => ({ loopId: data.waveId, at });
  const accepted = chunks.flatMap((chunk) =>
    chunk.data.accepted.map(({ partyId, arm }) => ({ ...of(chunk), partyId, word: arm })),
  );
  const rejected = chunks.flatMap((chunk) =>
    chunk.data.rejected.map(({ partyId, reason }) => ({ ...of(chunk), partyId, word: reason })),
  );
  for (const [sql, members] of [
    [ACCEPT, accepted],
    [REJECT, rejected],
  ] as const) {
    const rows = onePerKey(members, keyOf, earlier);
    await write(tx, sql, rows, [rows.map(({ word }) => word)]);
  }
}

/** Hop 5. */
export async function writeAssigned(tx: Tx, events: Of<'crm.marketing.treatment-assigned.v1'>): Promise<void> {
  const members = events.map(({ data: { waveId: loopId, partyId, treatmentId }, recordedAt: at }) => ({
    loopId,
    partyId,
    at,
    treatmentId,
  }));
  const rows = onePerKey(members, keyOf, earlier);
  await write(tx, ASSIGN, rows, [rows.map(({ treatmentId }) => treatmentId)]);
}

type Settled = Of<
  | 'crm.marketing.treatment-presented.v1'
  | 'crm.marketing.treatment-skipped.v1'
  | 'crm.marketing.treatment-undetermined.v1'
>;

/** Hop 6. */
export async function writeSettled(tx: Tx, events: Settled): Promise<void> {
  const rows = onePerKey(events.map(settledRow), keyOf, (one, other) => one.outcome > other.outcome);
  await write(tx, SETTLE, rows, [
    rows.map(({ outcome }) => outcome),
    rows.map(({ reason }) => reason),
    rows.map(({ contactedAt }) => contactedAt),
  ]);
}

interface SettledRow extends MemberRow {
  readonly outcome: number;
  readonly reason: string | null;
  readonly contactedAt: string | null;
}

function settledRow(event: Settled[number]): SettledRow {
  const { waveId: loopId, partyId, at: contactedAt } = event.data;
  const member = { loopId, partyId, at: event.recordedAt };
  switch (event.type) {
    case 'crm.marketing.treatment-presented.v1':
      return { ...member, outcome: OUTCOME.presented, reason: null, contactedAt };
    case 'crm.marketing.treatment-undetermined.v1':
      return { ...member, outcome: OUTCOME.undetermined, reason: null, contactedAt };
    case 'crm.marketing.treatment-skipped.v1':
      return { ...member, outcome: OUTCOME.skipped, reason: event.data.reason, contactedAt: null };
  }
}

async function write(
  tx: Tx,
  sql: string,
  rows: readonly MemberRow[],
  more: readonly (readonly unknown[])[] = [],
): Promise<void> {
  if (rows.length === 0) return;
  const member = [rows.map(({ loopId }) => loopId), rows.map(({ partyId }) => partyId), rows.map(({ at }) => at)];
  await tx.query(sql, [...member, ...more]);
}
