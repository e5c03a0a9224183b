import { deriveId } from '@crm/event-sourcing';
import type { Tx } from '@crm/messaging';
import { onePerKey, type Of } from './loop-events.js';

const HEAR = `INSERT INTO heard_response (response_id, party_id, at, is_order, treatment_id, heard_at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::boolean[], $5::uuid[], $6::timestamptz[])
    AS h(response_id, party_id, at, is_order, treatment_id, heard_at) ORDER BY response_id
  ON CONFLICT (response_id) DO UPDATE SET party_id = excluded.party_id, at = excluded.at, is_order = excluded.is_order,
    treatment_id = excluded.treatment_id, heard_at = excluded.heard_at`;
const NOTE_RECORDED = `INSERT INTO heard_response (response_id, recorded_at)
  SELECT response_id, at FROM unnest($1::uuid[], $2::timestamptz[]) AS h(response_id, at) ORDER BY response_id
  ON CONFLICT (response_id) DO UPDATE SET recorded_at = greatest(heard_response.recorded_at, excluded.recorded_at)`;
const RECORD = `INSERT INTO loop_response (loop_id, response_id, party_id, recorded_at)
  SELECT loop_id, response_id, party_id, at
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[]) AS r(loop_id, response_id, party_id, at) ORDER BY loop_id, response_id
  ON CONFLICT (loop_id, response_id) DO UPDATE SET recorded_at = greatest(loop_response.recorded_at, excluded.recorded_at)`;
// A class may be told again when an earlier response is heard later: all of it in one lane, where the last word holds.
const CLASSIFY = `INSERT INTO loop_response (loop_id, response_id, party_id, classified_at, class, revenue_minor, lane, position)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::bigint[], $7::smallint[], $8::bigint[])
    AS r(loop_id, response_id, party_id, at, class, revenue, lane, position) ORDER BY loop_id, response_id
  ON CONFLICT (loop_id, response_id) DO UPDATE SET classified_at = excluded.classified_at, class = excluded.class,
    revenue_minor = excluded.revenue_minor, lane = excluded.lane, position = excluded.position
  WHERE loop_response.position IS NULL OR loop_response.position < excluded.position`;
const CONTACT = `INSERT INTO outbound_contact (interaction_id, party_id, at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) ON CONFLICT DO NOTHING`;

type Received = Of<
  'crm.marketing.response-received.v1' | 'crm.sales.response-received.v1' | 'crm.service.response-received.v1'
>;

interface HeardRow {
  readonly responseId: string;
  readonly partyId: string;
  readonly at: string;
  readonly isOrder: boolean;
  readonly treatmentId: string | null;
  readonly heardAt: string;
}

/** Hop 7. An order is heard as a response that is named after it. */
export async function writeHeard(tx: Tx, received: Received, orders: Of<'crm.sales.order-placed.v1'>): Promise<void> {
  const heard: readonly HeardRow[] = [
    ...received.map(({ data: { responseId, partyId, at, treatmentId = null }, recordedAt: heardAt }) => ({
      ...{ responseId, partyId, at, treatmentId, heardAt },
      isOrder: false,
    })),
    ...orders.map(({ data: { orderId, partyId, orderedAt: at }, recordedAt: heardAt }) => ({
      ...{ responseId: deriveId('response', 'order', orderId), partyId, at, heardAt },
      isOrder: true,
      treatmentId: null,
    })),
  ];
  const rows = onePerKey(
    heard,
    ({ responseId }) => responseId,
    (one, other) => one.heardAt < other.heardAt,
  );
  if (rows.length === 0) return;
  await tx.query(HEAR, [
    rows.map(({ responseId }) => responseId),
    rows.map(({ partyId }) => partyId),
    rows.map(({ at }) => at),
    rows.map(({ isOrder }) => isOrder),
    rows.map(({ treatmentId }) => treatmentId),
    rows.map(({ heardAt }) => heardAt),
  ]);
}

/** Hop 8: matched to a member of a wave, or to none. */
export async function writeRecorded(tx: Tx, events: Of<'crm.marketing.response-recorded.v1'>): Promise<void> {
  if (events.length === 0) return;
  const later = (one: (typeof events)[number], other: (typeof events)[number]): boolean =>
    one.recordedAt > other.recordedAt;
  const all = onePerKey(events, ({ data }) => data.responseId, later);
  await tx.query(NOTE_RECORDED, [all.map(({ data }) => data.responseId), all.map(({ recordedAt }) => recordedAt)]);
  const matched = events.flatMap(({ data: { waveId, responseId, partyId }, recordedAt }) =>
    waveId === undefined ? [] : [{ waveId, responseId, partyId, recordedAt }],
  );
  const rows = onePerKey(
    matched,
    ({ waveId, responseId }) => `${waveId} ${responseId}`,
    (one, other) => one.recordedAt > other.recordedAt,
  );
  if (rows.length === 0) return;
  await tx.query(RECORD, [
    rows.map(({ waveId }) => waveId),
    rows.map(({ responseId }) => responseId),
    rows.map(({ partyId }) => partyId),
    rows.map(({ recordedAt }) => recordedAt),
  ]);
}

/** Hop 8-1. */
export async function writeClassified(tx: Tx, events: Of<'crm.marketing.response-classified.v1'>): Promise<void> {
  const rows = onePerKey(
    events,
    ({ data }) => `${data.waveId} ${data.responseId}`,
    (one, other) => one.position > other.position,
  );
  if (rows.length === 0) return;
  await tx.query(CLASSIFY, [
    rows.map(({ data }) => data.waveId),
    rows.map(({ data }) => data.responseId),
    rows.map(({ data }) => data.partyId),
    rows.map(({ recordedAt }) => recordedAt),
    rows.map(({ data }) => data.class),
    rows.map(({ data }) => data.revenue?.amountMinor ?? null),
    rows.map(({ lane }) => lane),
    rows.map(({ position }) => String(position)),
  ]);
}

/** Contacts that we began outside campaigns: they blur a control group. */
export async function writeContacts(tx: Tx, events: Of<'crm.service.contact-made.v1'>): Promise<void> {
  const outbound = events.filter(({ data }) => data.direction === 'outbound');
  if (outbound.length === 0) return;
  await tx.query(CONTACT, [
    outbound.map(({ data }) => data.interactionId),
    outbound.map(({ data }) => data.partyId),
    outbound.map(({ data }) => data.at),
  ]);
}
