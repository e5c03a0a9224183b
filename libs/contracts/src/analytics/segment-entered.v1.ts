import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Evidence, Instant, Uuid } from '../fields.js';

export const SegmentEnteredV1 = defineContract({
  type: 'crm.analytics.segment-entered.v1',
  description: 'A customer fulfils the predicate of a segment now.',
  data: Type.Object({
    segmentId: Uuid,
    partyId: Uuid,
    at: Instant,
    reason: Code,
    evidence: Type.Optional(Evidence),
  }),
});
export type SegmentEnteredV1Data = ContractData<typeof SegmentEnteredV1>;
