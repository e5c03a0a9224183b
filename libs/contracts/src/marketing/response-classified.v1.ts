import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Instant, Label, Money, Uuid } from '../fields.js';
import { wave } from '../shared/campaigns.js';
import { ResponseClass, ResponseKind } from '../shared/responses.js';

export const ResponseClassifiedV1 = defineContract({
  type: 'crm.marketing.response-classified.v1',
  hop: '8-1',
  description: 'A matched response was judged by the rule of its campaign.',
  data: Type.Object({
    responseId: Uuid,
    ...wave,
    partyId: Uuid,
    arm: Label,
    kind: ResponseKind,
    class: ResponseClass,
    at: Instant,
    revenue: Type.Optional(
      Type.Object(
        { ...Money.properties },
        { description: 'of every order in the window, also where the class is repeat' },
      ),
    ),
  }),
});
export type ResponseClassifiedV1Data = ContractData<typeof ResponseClassifiedV1>;
