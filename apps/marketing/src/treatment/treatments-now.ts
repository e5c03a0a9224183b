import { SETTLED_STATES } from './treatment.js';

/** The states in which a treatment has ended, as a list in SQL. */
export const SETTLED_IN_SQL = `(${SETTLED_STATES.map((state) => `'${state}'`).join(', ')})`;

/**
 * Treatments as they stand, in SQL. Nothing more can be said of an erased person, so what was open when the person was erased
 * has ended without a word of its own: not begun is skipped, begun is undetermined.
 */
export const TREATMENTS_NOW = `(SELECT t.treatment_id, t.campaign_id, t.wave_id, t.party_id, t.arm, t.channel, t.purpose, t.assign_to,
    t.offer_code, t.assigned_at, CASE WHEN e.key IS NULL THEN t.waits_until END AS waits_until,
    CASE WHEN e.key IS NULL OR t.state IN ${SETTLED_IN_SQL} THEN t.state
      WHEN t.state = 'attempted' THEN 'undetermined' ELSE 'skipped' END AS state,
    coalesce(t.settled_at, e.buried_at) AS settled_at,
    CASE WHEN e.key IS NULL OR t.state IN ${SETTLED_IN_SQL} THEN t.reason ELSE 'party-erased' END AS reason
  FROM treatment t LEFT JOIN es.tombstone e ON e.key = t.party_id)`;
