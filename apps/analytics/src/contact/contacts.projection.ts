import type { FeedEvent, Projection, Tx } from '@crm/messaging';
import { contactFactOf, type CaseOpened, type ContactEvent } from './contact-events.js';

const CASE_OPENED = 'crm.service.case-opened.v1';

const ADD_CONTACTS = {
  name: 'contacts-add',
  text: `INSERT INTO contact_fact (contact_id, told_by, party_id, channel, direction, at, ended_at, outcome, treatment_id, campaign_id,
      loop_id, lane, position)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[],
      $9::uuid[], $10::uuid[], $11::uuid[], $12::smallint[], $13::bigint[])
    ON CONFLICT DO NOTHING`,
};
const ADD_CASES = {
  name: 'cases-add',
  text: `INSERT INTO case_fact (case_id, party_id, kind, priority, channel, opened_at, lane, position)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::smallint[], $8::bigint[])
    ON CONFLICT DO NOTHING`,
};

/** When and how was somebody in contact with us, and who asked for something? A row for each event, so their order does not matter. */
export const contactsProjection: Projection<ContactEvent | CaseOpened> = {
  name: 'contacts',
  sources: [
    {
      service: 'marketing',
      types: ['crm.marketing.treatment-presented.v1', 'crm.marketing.treatment-undetermined.v1'],
    },
    { service: 'sales', types: ['crm.sales.task-reached.v1'] },
    {
      service: 'service',
      types: [
        'crm.service.task-reached.v1',
        'crm.service.contact-made.v1',
        'crm.service.interaction-ended.v1',
        CASE_OPENED,
      ],
    },
  ],
  tables: ['contact_fact', 'case_fact'],
  async apply(tx, events) {
    await addContacts(
      tx,
      events.filter((event): event is FeedEvent<ContactEvent> => event.type !== CASE_OPENED),
    );
    await addCases(
      tx,
      events.filter((event): event is FeedEvent<CaseOpened> => event.type === CASE_OPENED),
    );
  },
};

async function addContacts(tx: Tx, events: readonly FeedEvent<ContactEvent>[]): Promise<void> {
  const facts = events.flatMap((event) => {
    const fact = contactFactOf(event);
    return fact === undefined ? [] : [{ ...fact, lane: event.lane, position: String(event.position) }];
  });
  if (facts.length === 0) return;
  const values = [
    facts.map(({ contactId }) => contactId),
    facts.map(({ toldBy }) => toldBy),
    facts.map(({ partyId }) => partyId),
    facts.map(({ channel }) => channel ?? null),
    facts.map(({ direction }) => direction),
    facts.map(({ at }) => at),
    facts.map(({ endedAt }) => endedAt ?? null),
    facts.map(({ outcome }) => outcome ?? null),
    facts.map(({ treatmentId }) => treatmentId ?? null),
    facts.map(({ campaignId }) => campaignId ?? null),
    facts.map(({ loopId }) => loopId ?? null),
    facts.map(({ lane }) => lane),
    facts.map(({ position }) => position),
  ];
  await tx.query({ ...ADD_CONTACTS, values });
}

async function addCases(tx: Tx, events: readonly FeedEvent<CaseOpened>[]): Promise<void> {
  if (events.length === 0) return;
  const values = [
    events.map(({ data }) => data.caseId),
    events.map(({ data }) => data.partyId),
    events.map(({ data }) => data.kind),
    events.map(({ data }) => data.priority),
    events.map(({ data }) => data.channel),
    events.map(({ data }) => data.openedAt),
    events.map(({ lane }) => lane),
    events.map(({ position }) => String(position)),
  ];
  await tx.query({ ...ADD_CASES, values });
}
