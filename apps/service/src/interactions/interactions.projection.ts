import type { Projection, Tx } from '@crm/messaging';
import { grouped } from '../grouped.js';
import { foldContactEvents, outcomeOf, type FoldedInteraction } from '../interaction/interaction-fold.js';
import type { ContactEventFacts, ContactEventReceived } from '../interaction/interaction.events.js';

const INSERT_EVENTS = `INSERT INTO contact_event (source, vendor_event_id, interaction_id, facts)
  SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::jsonb[]) ON CONFLICT DO NOTHING`;
const EVENTS_OF = 'SELECT facts FROM contact_event WHERE interaction_id = ANY($1::uuid[])';
const UPSERT = `INSERT INTO interaction (interaction_id, source, contact_id, party_id, channel, direction, status, started_at, answered_at,
    ended_at, outcome, treatment_id, agent_id, queue, disposition, transfers)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
    $9::timestamptz[], $10::timestamptz[], $11::text[], $12::uuid[], $13::text[], $14::text[], $15::text[], $16::int[])
  ON CONFLICT (interaction_id) DO UPDATE SET party_id = excluded.party_id, channel = excluded.channel, direction = excluded.direction,
    status = excluded.status, started_at = excluded.started_at, answered_at = excluded.answered_at, ended_at = excluded.ended_at,
    outcome = excluded.outcome, treatment_id = excluded.treatment_id, agent_id = excluded.agent_id, queue = excluded.queue,
    disposition = excluded.disposition, transfers = excluded.transfers`;

/** How did the exchanges with customers go? */
export const interactionsProjection: Projection<ContactEventReceived> = {
  name: 'interactions',
  version: 1,
  sources: [{ service: 'service', types: ['ContactEventReceived'] }],
  tables: ['contact_event', 'interaction'],
  async apply(tx, events) {
    const facts = events.map((event) => event.data);
    await tx.query(INSERT_EVENTS, [
      facts.map((event) => event.source),
      facts.map((event) => event.vendorEventId),
      facts.map((event) => event.interactionId),
      facts.map((event) => JSON.stringify(event)),
    ]);
    await foldAgain(tx, [...new Set(facts.map((event) => event.interactionId))]);
  },
};

async function foldAgain(tx: Tx, interactionIds: readonly string[]): Promise<void> {
  const { rows } = await tx.query<{ facts: ContactEventFacts }>(EVENTS_OF, [interactionIds]);
  const folded = [
    ...grouped(
      rows.map((row) => row.facts),
      (event) => event.interactionId,
    ).values(),
  ].flatMap(rowOf);
  const column = <Name extends keyof InteractionRow>(name: Name): readonly (InteractionRow[Name] | null)[] =>
    folded.map((row) => row[name] ?? null);
  await tx.query(UPSERT, [
    column('interactionId'),
    column('source'),
    column('contactId'),
    column('partyId'),
    column('channel'),
    column('direction'),
    column('status'),
    column('startedAt'),
    column('answeredAt'),
    column('endedAt'),
    column('outcome'),
    column('treatmentId'),
    column('agentId'),
    column('queue'),
    column('disposition'),
    column('transfers'),
  ]);
}

type InteractionRow = FoldedInteraction &
  Pick<ContactEventFacts, 'interactionId' | 'source' | 'contactId'> & { readonly outcome: string | undefined };

function rowOf(events: readonly ContactEventFacts[]): readonly InteractionRow[] {
  const interaction = foldContactEvents(events);
  const [first] = events;
  if (interaction === undefined || first === undefined) return [];
  const { interactionId, source, contactId } = first;
  return [{ ...interaction, interactionId, source, contactId, outcome: outcomeOf(interaction) }];
}
