import { Type } from '@sinclair/typebox';
import { defineContract, type ContractData } from '../contract.js';
import { Label, Uuid, oneOf } from '../fields.js';
import { Interval, Measured } from '../shared/effects.js';

export const CampaignResultPublishedV1 = defineContract({
  type: 'crm.analytics.campaign-result-published.v1',
  hop: '11',
  description: 'A result is there for all departments: what each arm did against the control group.',
  data: Type.Object({
    campaignId: Uuid,
    version: Type.Integer({ minimum: 1 }),
    verdicts: Type.Array(
      Type.Object({
        arm: Label,
        metric: oneOf(['response', 'conversion', 'revenue-per-member']),
        effect: Measured,
        interval: Interval,
        verdict: oneOf(['positive', 'negative', 'not-distinguishable', 'not-measurable']),
      }),
    ),
  }),
});
export type CampaignResultPublishedV1Data = ContractData<typeof CampaignResultPublishedV1>;
