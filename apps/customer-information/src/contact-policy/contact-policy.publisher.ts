import { ContactPolicyChangedV1, publicEvent, type PublicEvent } from '@crm/contracts';
import type { RecordedEvent } from '@crm/event-sourcing';
import type { ContactPolicySet } from './contact-policy.events.js';

export function publishContactPolicy({ data, streamId }: RecordedEvent<ContactPolicySet>): PublicEvent {
  const { purpose, policyVersion } = data;
  return publicEvent(ContactPolicyChangedV1, { policyId: streamId, purpose, policyVersion });
}
