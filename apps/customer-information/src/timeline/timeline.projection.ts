import type { DomainEvent } from '@crm/event-sourcing';
import type { FeedEvent, FollowedSource, Projection } from '@crm/messaging';

const OWN = 'customer-information';

/** Public events about one party, by the service that publishes them. */
const HEARD: Readonly<Record<string, readonly string[]>> = {
  marketing: [
    'treatment-assigned',
    'treatment-presented',
    'treatment-skipped',
    'treatment-undetermined',
    'response-received',
    'response-recorded',
    'response-classified',
  ],
  sales: [
    'order-placed',
    'response-received',
    'task-assigned',
    'task-reached',
    'task-denied',
    'task-given-up',
    'lead-opened',
    'lead-qualified',
    'lead-converted',
    'lead-disqualified',
    'opportunity-opened',
    'opportunity-stage-moved',
  ],
  service: [
    'contact-made',
    'interaction-ended',
    'response-received',
    'task-assigned',
    'task-reached',
    'task-denied',
    'task-given-up',
    'case-opened',
    'case-moved',
  ],
  analytics: ['customer-score-changed', 'segment-entered', 'segment-left'],
};

/** Slots and contacts of the ledger are left out: what they come from is in the timeline itself. */
const OWN_TYPES = [
  'PartyRegistered',
  'PartyRenamed',
  'PartyContactPointsChanged',
  'PartyTimeZoneChanged',
  'PartyLocaleChanged',
  'PartyBirthDateCorrected',
  'ConsentGranted',
  'ConsentDenied',
  'ErasureRequested',
  'PartyErased',
  'ErasureCompleted',
];
const OWN_REFERENCES = new Set(['kind', 'purpose', 'channel', 'source', 'erasureId']);

const INSERT = `INSERT INTO timeline (party_id, event_id, at, service, kind, reference)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::jsonb[])
  ON CONFLICT DO NOTHING`;

type Data = Readonly<Record<string, unknown>>;

/** What happened with a party, in every service? Ids and codes only: who wants values asks their owner. */
export const timelineProjection: Projection<DomainEvent<string, Data>> = {
  name: 'timeline',
  sources: [
    { service: OWN, types: OWN_TYPES },
    ...Object.entries(HEARD).map(([service, events]): FollowedSource => ({
      service,
      types: events.map((event) => `crm.${service}.${event}.v1`),
    })),
  ],
  tables: ['timeline'],
  async apply(tx, events) {
    const rows = events.flatMap((event) => {
      const partyId = event.data['partyId'] ?? (event.source === OWN ? event.key : undefined);
      return typeof partyId === 'string' ? [{ partyId, event }] : [];
    });
    await tx.query(INSERT, [
      rows.map(({ partyId }) => partyId),
      rows.map(({ event }) => event.eventId),
      rows.map(({ event }) => timeOf(event)),
      rows.map(({ event }) => event.source),
      rows.map(({ event }) => kindOf(event.type)),
      rows.map(({ event }) => JSON.stringify(referenceOf(event))),
    ]);
  },
};

function timeOf({ data, occurredAt }: FeedEvent<DomainEvent<string, Data>>): unknown {
  return data['at'] ?? data['orderedAt'] ?? data['openedAt'] ?? data['endedAt'] ?? data['asOf'] ?? occurredAt;
}

/** `PartyRenamed` and `crm.sales.order-placed.v1` as `party-renamed` and `order-placed`. */
function kindOf(type: string): string {
  const [, , published] = type.split('.');
  return published ?? type.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();
}

/** Contracts hold no personal value, so their ids and codes may stand here; of own events only what is named may. */
function referenceOf({ source, data }: FeedEvent<DomainEvent<string, Data>>): Data {
  const plain = Object.entries(data).filter(([field, value]) => field !== 'partyId' && isPlain(value));
  return Object.fromEntries(source === OWN ? plain.filter(([field]) => OWN_REFERENCES.has(field)) : plain);
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value) || isMoney(value);
}

function isMoney(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'amountMinor' in value && 'currency' in value;
}
