import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, FeatureValues, Instant, Uuid } from '../fields.js';

export const CustomerScoreChangedV1 = defineContract({
  type: 'crm.analytics.customer-score-changed.v1',
  description: 'A score of a customer moved to another class: the RFM segment or the tenth of P(alive).',
  data: Type.Object({
    partyId: Uuid,
    model: Code,
    modelVersion: Code,
    runId: Uuid,
    asOf: Instant,
    values: FeatureValues,
  }),
});
export type CustomerScoreChangedV1Data = ContractData<typeof CustomerScoreChangedV1>;
