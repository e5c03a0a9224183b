import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { CustomerScoreChanged } from './customer-score.events.js';

/** A fact of one event: in one run, one customer moved to another class. */
export const customerScoreAggregate: Aggregate<null, CustomerScoreChanged> = {
  category: 'customer-score',
  initial: null,
  evolve: () => null,
};

export const scoreChangeId = (runId: string, partyId: string): string => deriveId('customer-score', runId, partyId);
