import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Instant, Uuid } from '../fields.js';
import { CaseState } from '../shared/interactions.js';

export const CaseMovedV1 = defineContract({
  type: 'crm.service.case-moved.v1',
  description: 'A case went from one state to another.',
  data: Type.Object({ caseId: Uuid, partyId: Uuid, from: CaseState, to: CaseState, at: Instant }),
});
export type CaseMovedV1Data = ContractData<typeof CaseMovedV1>;
