import { Rejected, type Committed } from '@crm/event-sourcing';
import { partyIdOf } from '@crm/privacy';
import { create, type CommandRequest, type ServiceContext } from '@crm/platform';
import { recordStatedConsents } from '../contact-ledger/stated-consents.js';
import { registerParty } from './party.decider.js';
import type { PartyEvent } from './party.events.js';
import { profileOf, type ProfileInput } from './party-profile.js';
import { partyAggregate } from './party.js';

/** A registration as it comes in, by itself or as an item of many. */
export type RegistrationInput = ProfileInput & { readonly partyId?: string | null | undefined };

/** Registers a party, then keeps the consents that were stated with it; a reactor completes that after a crash in between. */
export async function recordRegistration(
  context: ServiceContext,
  input: RegistrationInput,
  command: CommandRequest,
): Promise<Committed<PartyEvent>> {
  const partyId = partyIdFor(context, input, command);
  const registeredAt = command.occurredAt ?? new Date(context.clock()).toISOString();
  const committed = await create(
    context.store,
    partyAggregate,
    partyId,
    registerParty(profileOf(input), registeredAt),
    {
      ...command.options,
      key: partyId,
    },
  );
  const [registered] = committed.events;
  if (registered?.type === 'PartyRegistered') await recordStatedConsents(context.store, partyId, registered.data);
  return committed;
}

function partyIdFor(
  { referenceKey }: ServiceContext,
  { partyId, partyRef }: RegistrationInput,
  command: CommandRequest,
): string {
  const referred = partyRef === null || partyRef === undefined ? undefined : partyIdOf(partyRef, referenceKey);
  if (partyId === null || partyId === undefined) return referred ?? command.idFor();
  if (referred === undefined || referred === partyId) return partyId;
  const errors = [{ pointer: '/partyId', code: 'invalid', detail: 'The reference names another party' }];
  throw new Rejected('validation-failed', 'The reference names another party', { status: 400, errors });
}
