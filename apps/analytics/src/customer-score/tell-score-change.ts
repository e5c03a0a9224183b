import { KeyErased } from '@crm/event-sourcing';
import type { ServiceContext } from '@crm/platform';
import type { CustomerScoreChanged } from './customer-score.events.js';
import { customerScoreAggregate } from './customer-score.js';

export interface Telling {
  readonly streamId: string;
  readonly occurredAt: string;
  readonly fingerprint: string;
}

/** Tells that a customer's score changed. Told again after a crash it is the same fact. */
export async function tellScoreChange(
  { store }: Pick<ServiceContext, 'store'>,
  { streamId, occurredAt, fingerprint }: Telling,
  { partyId, model, modelVersion, runId, asOf, values }: CustomerScoreChanged['data'],
): Promise<void> {
  const data = { partyId, model, modelVersion, runId, asOf, values };
  const options = { key: partyId, occurredAt, fingerprint };
  try {
    await store.recordFact(customerScoreAggregate, streamId, { type: 'CustomerScoreChanged', data }, options);
  } catch (error) {
    // Nobody is told anything about an erased customer.
    if (!(error instanceof KeyErased)) throw error;
  }
}
