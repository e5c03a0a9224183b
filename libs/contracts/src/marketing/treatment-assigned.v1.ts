import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Instant, oneOf } from '../fields.js';
import { treatment } from '../shared/campaigns.js';

export const TreatmentAssignedV1 = defineContract({
  type: 'crm.marketing.treatment-assigned.v1',
  hop: '5',
  description: 'A treated member was handed to the channel, or to the department that will reach them.',
  data: Type.Object({
    ...treatment,
    assignTo: Type.Optional(oneOf(['sales', 'service'])),
    offerCode: Code,
    at: Instant,
    presentBy: Type.Optional(Instant),
  }),
});
export type TreatmentAssignedV1Data = ContractData<typeof TreatmentAssignedV1>;
