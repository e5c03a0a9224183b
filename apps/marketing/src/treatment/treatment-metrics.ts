import { TREATMENTS_NOW } from './treatments-now.js';
import type { ScrapedGauge, ServiceContext } from '@crm/platform';

const OPEN = ['assigned', 'waiting', 'attempted', 'undetermined'];
const COUNT = `SELECT s.state, count(t.state)::int AS value FROM unnest($1::text[]) AS s(state)
  LEFT JOIN (SELECT state FROM ${TREATMENTS_NOW} n WHERE state NOT IN ('presented', 'skipped')) t USING (state) GROUP BY s.state`;

/** Treatments that somebody may have to look after: still open, or without a known outcome. */
export const treatmentMetrics = ({ pool }: Pick<ServiceContext, 'pool'>): readonly ScrapedGauge[] => [
  {
    name: 'treatments',
    help: 'Treatments that are open, and those whose outcome is not known',
    labels: ['state'],
    read: async () =>
      (await pool.query<{ state: string; value: number }>(COUNT, [OPEN])).rows.map(({ state, value }) => ({
        labels: { state },
        value,
      })),
  },
];
