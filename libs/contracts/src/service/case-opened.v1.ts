import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Instant, Uuid, oneOf } from '../fields.js';

export const CaseOpenedV1 = defineContract({
  type: 'crm.service.case-opened.v1',
  description: 'A customer asked for something that has to be answered by its due time.',
  data: Type.Object({
    caseId: Uuid,
    partyId: Uuid,
    kind: oneOf(['query', 'request', 'trouble', 'complaint', 'dispute']),
    priority: oneOf(['low', 'normal', 'high', 'urgent']),
    channel: Code,
    openedAt: Instant,
    dueAt: Instant,
  }),
});
export type CaseOpenedV1Data = ContractData<typeof CaseOpenedV1>;
