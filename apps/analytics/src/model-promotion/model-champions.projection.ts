import type { Projection } from '@crm/messaging';
import type { ModelRunPromoted } from './model-promotion.events.js';

const ADD = `INSERT INTO model_champion (event_id, model, number, run_id, model_version, promoted_at, promoted_by, reason)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::uuid[], $5::text[], $6::timestamptz[], $7::text[], $8::text[])
  ON CONFLICT DO NOTHING`;

/** Whose choice of a model's version held when? */
export const modelChampionsProjection: Projection<ModelRunPromoted> = {
  name: 'model-champions',
  version: 1,
  sources: [{ service: 'analytics', types: ['ModelRunPromoted'] }],
  tables: ['model_champion'],
  async apply(tx, events) {
    await tx.query(ADD, [
      events.map(({ eventId }) => eventId),
      events.map(({ data }) => data.model),
      events.map(({ version }) => version),
      events.map(({ data }) => data.runId),
      events.map(({ data }) => data.modelVersion),
      events.map(({ recordedAt }) => recordedAt),
      events.map(({ meta }) => meta.actor),
      events.map(({ data }) => data.reason ?? null),
    ]);
  },
};
