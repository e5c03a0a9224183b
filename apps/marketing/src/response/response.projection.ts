import type { FeedEvent, Projection, Tx } from '@crm/messaging';
import type { ResponseClassified } from '../member/member.events.js';
import type { ResponseEvent, ResponseReceived, ResponseRecorded } from './response.events.js';

const RECEIVED = `INSERT INTO response (response_id, party_id, kind, at, amount, source, channel, note, response_ref, source_code)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::jsonb[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
  ON CONFLICT (response_id) DO UPDATE SET source = excluded.source, channel = excluded.channel, note = excluded.note,
    response_ref = excluded.response_ref, source_code = excluded.source_code`;
const RECORDED = `INSERT INTO response (response_id, party_id, kind, at, amount, matched, rule, campaign_id, wave_id, treatment_id, arm)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::jsonb[], $6::boolean[], $7::text[], $8::uuid[], $9::uuid[], $10::uuid[], $11::text[])
  ON CONFLICT (response_id) DO UPDATE SET matched = excluded.matched, rule = excluded.rule, campaign_id = excluded.campaign_id,
    wave_id = excluded.wave_id, treatment_id = excluded.treatment_id, arm = excluded.arm`;
const CLASSIFIED = `UPDATE response r SET class = c.class, class_version = c.version, revenue = c.revenue, problem = c.problem
  FROM unnest($1::uuid[], $2::text[], $3::int[], $4::jsonb[], $5::text[]) AS c(response_id, class, version, revenue, problem)
  WHERE r.response_id = c.response_id AND coalesce(r.class_version, 0) < c.version`;

/** What did customers answer, whose answer was it, and how was it judged? All of a response is of one key, so it comes in order. */
export const responsesProjection: Projection<ResponseEvent | ResponseClassified> = {
  name: 'responses',
  version: 2,
  sources: [{ service: 'marketing', types: ['ResponseReceived', 'ResponseRecorded', 'ResponseClassified'] }],
  tables: ['response'],
  async apply(tx, events) {
    await receive(tx, lastOf(events, 'ResponseReceived'));
    await record(tx, lastOf(events, 'ResponseRecorded'));
    await classify(tx, lastOf(events, 'ResponseClassified'));
  },
};

type Any = FeedEvent<ResponseEvent | ResponseClassified>;

/** The last event of a type for each response. */
function lastOf<Type extends Any['type']>(events: readonly Any[], type: Type): readonly Extract<Any, { type: Type }>[] {
  const last = new Map<string, Extract<Any, { type: Type }>>();
  for (const event of events)
    if (event.type === type) last.set(event.data.responseId, event as Extract<Any, { type: Type }>);
  return [...last.values()];
}

async function receive(tx: Tx, events: readonly FeedEvent<ResponseReceived>[]): Promise<void> {
  if (events.length === 0) return;
  const data = events.map((event) => event.data);
  await tx.query(RECEIVED, [
    ...facts(data),
    data.map(({ source }) => source),
    data.map(({ channel }) => channel),
    data.map(({ note }) => note ?? null),
    data.map(({ responseRef }) => responseRef ?? null),
    data.map(({ sourceCode }) => sourceCode ?? null),
  ]);
}

async function record(tx: Tx, events: readonly FeedEvent<ResponseRecorded>[]): Promise<void> {
  if (events.length === 0) return;
  const data = events.map((event) => event.data);
  await tx.query(RECORDED, [
    ...facts(data),
    data.map(({ match }) => match !== undefined),
    data.map(({ match }) => match?.rule ?? null),
    data.map(({ match }) => match?.campaignId ?? null),
    data.map(({ match }) => match?.waveId ?? null),
    data.map(({ match }) => match?.treatmentId ?? null),
    data.map(({ match }) => match?.arm ?? null),
  ]);
}

async function classify(tx: Tx, events: readonly FeedEvent<ResponseClassified>[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query(CLASSIFIED, [
    events.map(({ data }) => data.responseId),
    events.map(({ data }) => data.class),
    events.map(({ version }) => version),
    events.map(({ data }) => jsonOf(data.revenue)),
    events.map(({ data }) => data.problem ?? null),
  ]);
}

type Facts = Pick<ResponseRecorded['data'], 'responseId' | 'partyId' | 'kind' | 'at' | 'amount'>;

function facts(data: readonly Facts[]): readonly unknown[] {
  return [
    data.map(({ responseId }) => responseId),
    data.map(({ partyId }) => partyId),
    data.map(({ kind }) => kind),
    data.map(({ at }) => at),
    data.map(({ amount }) => jsonOf(amount)),
  ];
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
