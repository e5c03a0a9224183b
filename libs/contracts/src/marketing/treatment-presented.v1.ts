import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Instant, Uuid } from '../fields.js';
import { treatment } from '../shared/campaigns.js';

export const TreatmentPresentedV1 = defineContract({
  type: 'crm.marketing.treatment-presented.v1',
  hop: '6',
  description: 'The customer was reached with the treatment.',
  data: Type.Object({ ...treatment, at: Instant, taskId: Type.Optional(Uuid) }),
});
export type TreatmentPresentedV1Data = ContractData<typeof TreatmentPresentedV1>;
