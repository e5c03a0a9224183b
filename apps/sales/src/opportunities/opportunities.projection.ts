import type { Projection } from '@crm/messaging';
import type { OpportunityEvent, OpportunityOpened } from '../opportunity/opportunity.events.js';

const OPEN = `INSERT INTO opportunity (opportunity_id, version, party_id, stage, probability, opened_at, stage_since, name, amount_minor,
    currency, expected_close_at, lead_id, owner_id)
  VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (opportunity_id) DO NOTHING`;
const MOVE = `UPDATE opportunity SET version = greatest(version, $2), stage = $3, probability = $4, stage_since = $5, reason = $6
  WHERE opportunity_id = $1`;

/** Which opportunities are there, and at which stage? */
export const opportunitiesProjection: Projection<OpportunityEvent> = {
  name: 'opportunities',
  version: 1,
  sources: [{ service: 'sales', types: ['OpportunityOpened', 'OpportunityStageMoved'] }],
  tables: ['opportunity'],
  async apply(tx, events) {
    for (const { type, data, version } of events)
      switch (type) {
        case 'OpportunityOpened':
          await tx.query(OPEN, rowOf(data, version));
          break;
        case 'OpportunityStageMoved':
          await tx.query(MOVE, [data.opportunityId, version, data.to, data.probability, data.at, data.reason ?? null]);
      }
  },
};

/** An absent field becomes null. */
function rowOf(data: OpportunityOpened['data'], version: number): unknown[] {
  const { opportunityId, partyId, stage, probability, openedAt, name, amount, expectedCloseAt, leadId, ownerId } = data;
  const money = [amount?.amountMinor, amount?.currency];
  const about = [partyId, stage, probability, openedAt, name];
  return [opportunityId, version, ...about, ...money, expectedCloseAt, leadId, ownerId];
}
