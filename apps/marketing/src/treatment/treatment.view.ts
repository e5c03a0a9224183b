import { Type, type Static } from '@sinclair/typebox';
import { instant, nullable, text, uuid, word } from '../answer-fields.js';
import { TREATMENT_STATES } from './treatment.js';

export const treatmentSchema = Type.Object({
  treatmentId: uuid,
  campaignId: uuid,
  waveId: uuid,
  partyId: uuid,
  arm: text,
  channel: text,
  purpose: text,
  assignTo: nullable(text),
  offerCode: text,
  state: word(TREATMENT_STATES),
  assignedAt: instant,
  waitsUntil: nullable(instant),
  settledAt: nullable(instant),
  reason: nullable(text),
});
export type TreatmentView = Static<typeof treatmentSchema>;

/** Why a member was treated as they were: everything that was decided about them, from the first value seen to the last event. */
export const treatmentWhySchema = Type.Object({
  treatmentId: uuid,
  state: word(TREATMENT_STATES),
  list: Type.Object({
    targetListId: nullable(uuid),
    waveId: uuid,
    origin: nullable(word(['delivered', 'elsewhere'])),
    rank: nullable(Type.Integer()),
  }),
  predicate: nullable(
    Type.Object(
      { values: Type.Record(Type.String(), Type.Unknown()), eventIds: Type.Array(uuid) },
      { description: 'the feature values that the predicate of the segment saw' },
    ),
  ),
  scores: nullable(Type.Object({ runIds: Type.Array(uuid) }, { description: 'the model runs behind the scores' })),
  draw: Type.Object({
    arm: text,
    by: word(['hash', 'import']),
    input: Type.Optional(text),
    fraction: Type.Optional(Type.Number()),
    controlFraction: Type.Optional(Type.Number()),
  }),
  permission: Type.Array(Type.Object({ rule: text, outcome: text, eventIds: Type.Array(uuid) })),
  reason: nullable(text),
  events: Type.Array(Type.Object({ eventId: uuid, type: text, occurredAt: instant, recordedAt: instant })),
});
export type TreatmentWhy = Static<typeof treatmentWhySchema>;
