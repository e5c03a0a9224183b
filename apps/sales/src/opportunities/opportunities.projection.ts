import type { Projection } from '@crm/messaging';
import type { OpportunityEvent } from '../opportunity/opportunity.events.js';

const OPEN = `INSERT INTO opportunity (opportunity_id, party_id, stage, probability, opened_at, stage_since, name, amount_minor, currency,
    expected_close_at, lead_id, owner_id)
  VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (opportunity_id) DO NOTHING`;
const MOVE = `UPDATE opportunity SET stage = $2, probability = $3, stage_since = $4, reason = $5 WHERE opportunity_id = $1`;

/** Which opportunities are there, and at which stage? */
export const opportunitiesProjection: Projection<OpportunityEvent> = {
  name: 'opportunities',
  version: 1,
  sources: [{ service: 'sales', types: ['OpportunityOpened', 'OpportunityStageMoved'] }],
  tables: ['opportunity'],
  async apply(tx, events) {
    for (const { type, data } of events)
      switch (type) {
        case 'OpportunityOpened':
          await tx.query(OPEN, [
            data.opportunityId,
            data.partyId,
            data.stage,
            data.probability,
            data.openedAt,
            data.name ?? null,
            data.amount?.amountMinor ?? null,
            data.amount?.currency ?? null,
            data.expectedCloseAt ?? null,
            data.leadId ?? null,
            data.ownerId ?? null,
          ]);
          break;
        case 'OpportunityStageMoved':
          await tx.query(MOVE, [data.opportunityId, data.to, data.probability, data.at, data.reason ?? null]);
      }
  },
};
