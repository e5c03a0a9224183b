import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Instant } from '../fields.js';
import { treatment } from '../shared/campaigns.js';

export const TreatmentUndeterminedV1 = defineContract({
  type: 'crm.marketing.treatment-undetermined.v1',
  hop: '6',
  description: 'Nobody knows whether the customer was reached. Counts as a contact and is not sent again by itself.',
  data: Type.Object({ ...treatment, at: Instant }),
});
export type TreatmentUndeterminedV1Data = ContractData<typeof TreatmentUndeterminedV1>;
