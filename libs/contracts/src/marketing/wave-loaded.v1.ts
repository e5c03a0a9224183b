import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Count, Instant, oneOf } from '../fields.js';
import { wave } from '../shared/campaigns.js';

export const WaveLoadedV1 = defineContract({
  type: 'crm.marketing.wave-loaded.v1',
  hop: '4-1',
  key: 'waveId',
  description: 'All chunks of a wave are loaded and the control group is drawn: control and arms add up to accepted.',
  data: Type.Object({
    ...wave,
    origin: oneOf(['delivered', 'elsewhere'], 'elsewhere: drawn and carried out by another system'),
    startedAt: Instant,
    chunks: Count,
    accepted: Count,
    rejected: Count,
    control: Count,
    arms: Type.Record(Type.String(), Count, { description: 'members by treated arm' }),
  }),
});
export type WaveLoadedV1Data = ContractData<typeof WaveLoadedV1>;
