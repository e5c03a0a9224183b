import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Uuid } from '../fields.js';

export const ContactPolicyChangedV1 = defineContract({
  type: 'crm.customer-information.contact-policy-changed.v1',
  description:
    'The contact policy of a purpose has a new version: default, caps and quiet hours are read from customer-information.',
  key: 'policyId',
  data: Type.Object({
    policyId: Uuid,
    purpose: Code,
    policyVersion: Type.Integer({ minimum: 1 }),
  }),
});
export type ContactPolicyChangedV1Data = ContractData<typeof ContactPolicyChangedV1>;
