import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Instant } from '../fields.js';
import { treatment } from '../shared/campaigns.js';
import { PermissionReason } from '../shared/permission.js';

export const TreatmentSkippedV1 = defineContract({
  type: 'crm.marketing.treatment-skipped.v1',
  hop: '6',
  description:
    'The customer was certainly not reached, and why: the rules that were asked and the events that they went by.',
  data: Type.Object({ ...treatment, at: Instant, reason: Code, reasons: Type.Array(PermissionReason) }),
});
export type TreatmentSkippedV1Data = ContractData<typeof TreatmentSkippedV1>;
