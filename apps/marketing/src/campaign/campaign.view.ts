import { moneySchema } from '@crm/platform';
import { Type, type Static } from '@sinclair/typebox';
import { instant, nullable, text, uuid, word } from '../answer-fields.js';
import { CHANNELS, CONVERSIONS, DEPARTMENTS, OBJECTIVES } from './campaign-plan.js';
import { CAMPAIGN_STATES } from './campaign.js';

const offer = Type.Object({ code: text, text: Type.Optional(text), validUntil: Type.Optional(instant) });

/** A campaign as clients see it; `result` is what analytics published last. */
export const campaignSchema = Type.Object({
  campaignId: uuid,
  status: word(CAMPAIGN_STATES),
  version: Type.Integer(),
  name: text,
  objective: word(OBJECTIVES),
  purpose: text,
  channel: word(CHANNELS),
  assignTo: Type.Optional(word(DEPARTMENTS)),
  offer,
  period: Type.Object({ from: instant, to: instant }),
  budget: moneySchema,
  costPerContact: moneySchema,
  control: Type.Object({ fraction: Type.Number(), waivedBy: Type.Optional(nullable(text)) }),
  arms: Type.Array(Type.Object({ name: text, share: Type.Number(), offer: Type.Optional(offer) })),
  response: Type.Object({
    windowDays: Type.Integer(),
    conversion: word(CONVERSIONS),
    minimumEffect: Type.Optional(Type.Number()),
  }),
  result: Type.Optional(Type.Object({ version: Type.Integer(), verdicts: Type.Unknown(), publishedAt: instant })),
});
export type CampaignView = Static<typeof campaignSchema>;
