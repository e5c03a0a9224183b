import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Uuid } from '../fields.js';

export const ErasureCompletedV1 = defineContract({
  type: 'crm.customer-information.erasure-completed.v1',
  key: 'erasureId',
  description: 'Every service has erased the party.',
  data: Type.Object({
    erasureId: Uuid,
    partyId: Uuid,
    services: Type.Array(Code, { description: 'services that reported' }),
  }),
});
export type ErasureCompletedV1Data = ContractData<typeof ErasureCompletedV1>;
