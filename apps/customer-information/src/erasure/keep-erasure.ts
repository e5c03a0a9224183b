import type { ErasedParty, ServiceContext } from '@crm/platform';
import { eraseParty } from './erasure.decider.js';
import { erasureAggregate } from './erasure.js';

/** An erasure that only other services still know of is decided again under its id, so that its receipt exists. */
export async function keepErasure({ store }: ServiceContext, erased: ErasedParty): Promise<void> {
  const { erasureId, partyId, at: requestedAt } = erased;
  await store.transact(erasureAggregate, erasureId, eraseParty({ erasureId, partyId, requestedAt }));
}
