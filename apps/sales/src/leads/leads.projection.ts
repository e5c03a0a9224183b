import type { FeedEvent, Projection, Tx } from '@crm/messaging';
import type { LeadEvent } from '../lead/lead.events.js';

const OPEN = `INSERT INTO lead (lead_id, party_id, source, status, opened_at, changed_at, response_id, interest, owner_id)
  VALUES ($1, $2, $3, 'new', $4, $4, $5, $6, $7) ON CONFLICT (lead_id) DO NOTHING`;
const TAKE_UP = `UPDATE lead SET status = 'working', owner_id = $2, changed_at = $3 WHERE lead_id = $1`;
const QUALIFY = `UPDATE lead SET status = 'qualified', changed_at = $2 WHERE lead_id = $1`;
const CONVERT = `UPDATE lead SET status = 'converted', opportunity_id = $2, changed_at = $3 WHERE lead_id = $1`;
const DISQUALIFY = `UPDATE lead SET status = 'disqualified', reason = $2, note = $3, changed_at = $4 WHERE lead_id = $1`;

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
      await tx.query(OPEN, [leadId, partyId, source, openedAt, responseId ?? null, interest ?? null, ownerId ?? null]);
      return;
    }
    case 'LeadTakenUp':
      await tx.query(TAKE_UP, [event.data.leadId, event.data.ownerId, event.data.at]);
      return;
    case 'LeadQualified':
      await tx.query(QUALIFY, [event.data.leadId, event.data.at]);
      return;
    case 'LeadConverted':
      await tx.query(CONVERT, [event.data.leadId, event.data.opportunityId, event.data.at]);
      return;
    case 'LeadDisqualified':
      await tx.query(DISQUALIFY, [event.data.leadId, event.data.reason, event.data.note ?? null, event.data.at]);
  }
}
