import { fingerprintOf, Rejected } from '@crm/event-sourcing';
import type { ContactPolicySet, PolicyRules } from './contact-policy.events.js';
import type { ContactPolicy } from './contact-policy.js';

/** Sets the rules of a purpose as its next version; the same rules again make no version. */
export const setContactPolicy =
  (purpose: string, rules: PolicyRules) =>
  (policy: ContactPolicy): readonly ContactPolicySet[] => {
    const endless = rules.quietHours.findIndex(({ from, to }) => from === to);
    if (endless >= 0) {
      const errors = [
        { pointer: `/quietHours/${String(endless)}`, code: 'invalid', detail: 'They must begin and end' },
      ];
      throw new Rejected('validation-failed', 'The policy is not valid', { status: 400, errors });
    }
    const { policyVersion, ...current } = policy;
    if (policyVersion > 0 && fingerprintOf(current) === fingerprintOf(rules)) return [];
    return [{ type: 'ContactPolicySet', data: { purpose, policyVersion: policyVersion + 1, ...rules } }];
  };
