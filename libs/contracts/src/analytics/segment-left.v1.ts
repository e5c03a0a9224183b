import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Evidence, Instant, Uuid } from '../fields.js';

export const SegmentLeftV1 = defineContract({
  type: 'crm.analytics.segment-left.v1',
  description: 'A customer does not fulfil the predicate of a segment any more.',
  data: Type.Object({
    segmentId: Uuid,
    partyId: Uuid,
    at: Instant,
    reason: Code,
    evidence: Type.Optional(Evidence),
  }),
});
export type SegmentLeftV1Data = ContractData<typeof SegmentLeftV1>;
