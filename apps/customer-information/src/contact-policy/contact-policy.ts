import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { ContactPolicySet, PolicyRules } from './contact-policy.events.js';

/** Version 0: nobody has set one; then what is not granted is denied, and nothing else stands in the way. */
export type ContactPolicy = PolicyRules & { readonly policyVersion: number };

export const contactPolicyAggregate: Aggregate<ContactPolicy, ContactPolicySet> = {
  category: 'contact-policy',
  initial: { policyVersion: 0, default: 'denied', caps: [], quietHours: [] },
  evolve(_, event) {
    const { policyVersion, default: unknown, caps, quietHours } = event.data;
    return { policyVersion, default: unknown, caps, quietHours };
  },
};

/** The stream of the policy of a purpose. */
export function contactPolicyId(purpose: string): string {
  return deriveId('contact-policy', purpose);
}
