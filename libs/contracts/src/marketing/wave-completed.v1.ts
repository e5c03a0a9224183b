import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Instant } from '../fields.js';
import { wave } from '../shared/campaigns.js';

export const WaveCompletedV1 = defineContract({
  type: 'crm.marketing.wave-completed.v1',
  key: 'waveId',
  description: 'Nothing of a wave is under way any more.',
  data: Type.Object({ ...wave, at: Instant }),
});
export type WaveCompletedV1Data = ContractData<typeof WaveCompletedV1>;
