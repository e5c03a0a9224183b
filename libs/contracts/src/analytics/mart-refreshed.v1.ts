import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Count, Instant, Positions, Uuid } from '../fields.js';

export const MartRefreshedV1 = defineContract({
  type: 'crm.analytics.mart-refreshed.v1',
  hop: '1',
  description: 'The mart reflects the sources up to the given positions, and both integrity checks say so.',
  data: Type.Object({
    refreshId: Uuid,
    asOf: Instant,
    facts: Count,
    positions: Positions,
    checks: Type.Array(
      Type.Object({
        check: Type.Unsafe<1 | 2>({
          type: 'integer',
          enum: [1, 2],
          description: '1: counts per lane; 2: totals after business rules',
        }),
        passed: Type.Boolean(),
        detail: Type.String({ maxLength: 500, description: 'counts that were compared' }),
      }),
    ),
  }),
});
export type MartRefreshedV1Data = ContractData<typeof MartRefreshedV1>;
