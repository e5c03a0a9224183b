import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Code, Count, Label, Uuid, oneOf } from '../fields.js';
import { wave } from '../shared/campaigns.js';

export const WaveChunkLoadedV1 = defineContract({
  type: 'crm.marketing.wave-chunk-loaded.v1',
  hop: '4-1',
  key: 'waveId',
  description: 'One chunk of a wave was loaded: who was accepted into which arm, who was rejected and why.',
  data: Type.Object({
    ...wave,
    chunk: Count,
    origin: oneOf(['delivered', 'elsewhere']),
    accepted: Type.Array(Type.Object({ partyId: Uuid, arm: Label, rank: Type.Optional(Count) })),
    rejected: Type.Array(Type.Object({ partyId: Uuid, reason: Code })),
  }),
});
export type WaveChunkLoadedV1Data = ContractData<typeof WaveChunkLoadedV1>;
