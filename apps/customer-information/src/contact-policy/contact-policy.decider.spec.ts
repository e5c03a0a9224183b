import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { setContactPolicy } from './contact-policy.decider.js';
import type { ContactPolicySet, PolicyRules } from './contact-policy.events.js';
import { contactPolicyAggregate } from './contact-policy.js';

const given = deciderSpec(contactPolicyAggregate);
const rules: PolicyRules = {
  default: 'denied',
  caps: [{ channel: 'any', max: 2, windowDays: 7 }],
  quietHours: [{ channel: 'call', from: '21:00', to: '08:00' }],
};
const set = (policyVersion: number, more: Partial<PolicyRules> = {}): ContactPolicySet => ({
  type: 'ContactPolicySet',
  data: { purpose: 'winback', policyVersion, ...rules, ...more },
});

describe('set contact policy', () => {
  it('makes the first and the next version', () => {
    given().when(setContactPolicy('winback', rules)).emits(set(1));
    given(set(1))
      .when(setContactPolicy('winback', { ...rules, default: 'granted' }))
      .emits(set(2, { default: 'granted' }));
  });

  it('makes no version of the same rules, but one of those that hold without a policy', () => {
    given(set(1)).when(setContactPolicy('winback', rules)).emitsNothing();
    given()
      .when(setContactPolicy('winback', { default: 'denied', caps: [], quietHours: [] }))
      .emitsTypes('ContactPolicySet');
  });

  it('refuses quiet hours that neither begin nor end', () => {
    given()
      .when(setContactPolicy('winback', { ...rules, quietHours: [{ channel: 'call', from: '08:00', to: '08:00' }] }))
      .rejects('validation-failed');
  });
});
