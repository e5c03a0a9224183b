import { partyIdOf } from '@crm/privacy';

/** How a body names a party: exactly one of the two. */
export interface PartyNamed {
  readonly partyId?: string | undefined;
  readonly partyRef?: string | undefined;
}

/** The id of the party that a body names. */
export function partyOf({ partyId, partyRef }: PartyNamed, referenceKey: Uint8Array): string {
  return partyId ?? partyIdOf(partyRef ?? '', referenceKey);
}
