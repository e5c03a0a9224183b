import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { CustomerScoreChanged } from './customer-score.events.js';

/** A fact of one event: in one run, or in a look between runs, one customer moved to another class. */
export const customerScoreAggregate: Aggregate<null, CustomerScoreChanged> = {
  category: 'customer-score',
  initial: null,
  evolve: () => null,
};

/** The change that follows `tells` others of a customer's live score. */
export const liveChangeId = (partyId: string, tells: number, name: string): string =>
  deriveId('live-score', partyId, String(tells), name);

/** The change that follows `tells` others of the class that a run gives a customer, where a person made that run hold. */
export const promotedChangeId = (model: string, partyId: string, tells: number, name: string): string =>
  deriveId('promoted-score', model, partyId, String(tells), name);

export const scoreChangeId = (runId: string, partyId: string): string => deriveId('customer-score', runId, partyId);
