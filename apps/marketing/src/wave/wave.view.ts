import { Type, type Static } from '@sinclair/typebox';
import { counts, instant, nullable, text, uuid, word } from '../answer-fields.js';

export const WAVE_STATES = ['loading', 'loaded', 'running', 'complete'] as const;

/** A wave; the counts are there when it is loaded. */
export const waveSchema = Type.Object({
  waveId: uuid,
  campaignId: uuid,
  origin: word(['delivered', 'elsewhere']),
  status: word(WAVE_STATES),
  startedAt: nullable(instant),
  completedAt: nullable(instant),
  counts: Type.Optional(
    Type.Object({
      chunks: Type.Integer(),
      accepted: Type.Integer(),
      rejected: Type.Integer(),
      control: Type.Integer(),
      arms: counts,
    }),
  ),
});
export type WaveView = Static<typeof waveSchema>;

export const waveWithProgressSchema = Type.Composite([
  waveSchema,
  Type.Object({
    progress: Type.Object(
      { done: Type.Integer(), total: Type.Integer() },
      { description: 'treatments that are settled, of all members to be treated' },
    ),
    treatments: counts,
    rejected: counts,
  }),
]);
export type WaveWithProgress = Static<typeof waveWithProgressSchema>;

export const waveMemberSchema = Type.Object({
  partyId: uuid,
  arm: text,
  rank: nullable(Type.Integer()),
  state: text,
  treatmentId: nullable(uuid),
});
export type WaveMemberView = Static<typeof waveMemberSchema>;
