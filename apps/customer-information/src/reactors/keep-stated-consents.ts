import type { Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import { recordStatedConsents } from '../contact-ledger/stated-consents.js';
import type { PartyRegistered } from '../party/party.events.js';

/** Completes a registration that was cut off before the consents stated with it were kept. */
export const keepStatedConsents = ({ store }: ServiceContext): Reactor<PartyRegistered> => ({
  name: 'keep-stated-consents',
  sources: [{ service: 'customer-information', types: ['PartyRegistered'] }],
  react: ({ key, data }) => recordStatedConsents(store, key, data),
});
