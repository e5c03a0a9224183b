import { Type } from '@sinclair/typebox';
import { CampaignChannel, Code, Instant, Label, Money, Uuid, oneOf } from '../fields.js';

const Fraction = Type.Number({ minimum: 0, maximum: 1 });

/** What a campaign plans, as everybody may know it; its texts stay in marketing. */
export const campaignPlan = {
  name: Label,
  objective: oneOf(['acquire', 'develop', 'retain', 'reactivate', 'welcome', 'inform']),
  purpose: Type.String({ minLength: 1, maxLength: 200, description: 'purpose of the contact, as consents name it' }),
  channel: CampaignChannel,
  assignTo: Type.Optional(oneOf(['sales', 'service'])),
  offerCode: Code,
  period: Type.Object({ from: Instant, to: Instant }),
  budget: Money,
  costPerContact: Money,
  control: Type.Object({ fraction: Fraction, waived: Type.Boolean() }),
  arms: Type.Array(Type.Object({ name: Label, share: Type.Number({ minimum: 0 }) }), {
    description: 'treated arms; the control group is not among them',
  }),
  response: Type.Object({
    windowDays: Type.Integer({ minimum: 1 }),
    conversion: oneOf(['order', 'visit', 'interested']),
    minimumEffect: Type.Optional(Type.Number({ description: 'smallest difference of rates worth finding' })),
  }),
};

export const campaign = { campaignId: Uuid };
export const wave = { campaignId: Uuid, waveId: Uuid };

/** Which member of which wave is treated how. */
export const treatment = {
  treatmentId: Uuid,
  ...wave,
  partyId: Uuid,
  arm: Label,
  channel: CampaignChannel,
  purpose: Code,
};

export const CampaignMoment = Type.Object({ ...campaign, at: Instant });
