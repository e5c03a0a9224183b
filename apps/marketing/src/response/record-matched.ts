import type { EventStore } from '@crm/event-sourcing';
import { unlessErased } from '../unless-erased.js';
import { matchOf, type Heard, type Membership } from './matching.js';
import { recordResponse } from './response.decider.js';
import { responseAggregate } from './response.js';

/** Records to which member what was heard belongs. An order of somebody who is no member produces nothing. */
export async function recordMatched(
  store: EventStore,
  heard: Heard,
  memberships: readonly Membership[],
  commandId: (purpose: string, streamId: string) => string,
): Promise<void> {
  const match = matchOf(heard, memberships);
  if (match === undefined && heard.isOrder) return;
  const { responseId, partyId, kind, at, amount } = heard;
  const input = {
    responseId,
    partyId,
    kind,
    at,
    ...(amount === undefined ? {} : { amount }),
    ...(match === undefined ? {} : { match }),
  };
  const options = { key: partyId, commandId: commandId('record', responseId) };
  await unlessErased(store.transact(responseAggregate, responseId, recordResponse(input), options));
}
