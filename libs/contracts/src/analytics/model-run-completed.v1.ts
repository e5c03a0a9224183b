import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Count, Instant, Uuid } from '../fields.js';

export const ModelRunCompletedV1 = defineContract({
  type: 'crm.analytics.model-run-completed.v1',
  hop: '2',
  description: 'A model scored the customers of a snapshot.',
  data: Type.Object({
    runId: Uuid,
    model: Code,
    modelVersion: Code,
    asOf: Instant,
    customers: Count,
    changed: Count,
  }),
});
export type ModelRunCompletedV1Data = ContractData<typeof ModelRunCompletedV1>;
