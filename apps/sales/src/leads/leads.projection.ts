import type { FeedEvent, Projection, Tx } from '@crm/messaging';
import type { LeadEvent } from '../lead/lead.events.js';

const OPEN = `INSERT INTO lead (lead_id, version, party_id, source, status, opened_at, changed_at, response_id, interest, owner_id)
  VALUES ($1, $2, $3, $4, 'new', $5, $5, $6, $7, $8) ON CONFLICT (lead_id) DO NOTHING`;
const CHANGE = 'UPDATE lead SET version = greatest(version, $2)';
const TAKE_UP = `${CHANGE}, status = 'working', owner_id = $3, changed_at = $4 WHERE lead_id = $1`;
const QUALIFY = `${CHANGE}, status = 'qualified', changed_at = $3 WHERE lead_id = $1`;
const CONVERT = `${CHANGE}, status = 'converted', opportunity_id = $3, changed_at = $4 WHERE lead_id = $1`;
const DISQUALIFY = `${CHANGE}, status = 'disqualified', reason = $3, note = $4, changed_at = $5 WHERE lead_id = $1`;

/** Which leads are there, and how far are they? */
export const leadsProjection: Projection<LeadEvent> = {
  name: 'leads',
  version: 1,
  sources: [
    { service: 'sales', types: ['LeadOpened', 'LeadTakenUp', 'LeadQualified', 'LeadConverted', 'LeadDisqualified'] },
  ],
  tables: ['lead'],
  async apply(tx, events) {
    for (const event of events) await applyOne(tx, event);
  },
};

async function applyOne(tx: Tx, event: FeedEvent<LeadEvent>): Promise<void> {
  switch (event.type) {
    case 'LeadOpened': {
      const { leadId, partyId, source, openedAt, responseId, interest, ownerId } = event.data;
      const more = [responseId ?? null, interest ?? null, ownerId ?? null];
      await tx.query(OPEN, [leadId, event.version, partyId, source, openedAt, ...more]);
      return;
    }
    case 'LeadTakenUp':
      await tx.query(TAKE_UP, [event.data.leadId, event.version, event.data.ownerId, event.data.at]);
      return;
    case 'LeadQualified':
      await tx.query(QUALIFY, [event.data.leadId, event.version, event.data.at]);
      return;
    case 'LeadConverted':
      await tx.query(CONVERT, [event.data.leadId, event.version, event.data.opportunityId, event.data.at]);
      return;
    case 'LeadDisqualified':
      await tx.query(DISQUALIFY, [
        event.data.leadId,
        event.version,
        event.data.reason,
        event.data.note ?? null,
        event.data.at,
      ]);
  }
}
