import { inSnapshot } from '@crm/event-sourcing';
import type pg from 'pg';
import { featuresAt } from '../customer-features/features-at.js';
import type { HeldOutCustomer } from '../model-run/model-inputs.js';
import type { Foretelling, Holdout } from '../model-run/model.js';
import { trainingRows } from '../training-set/training-rows.js';
import type { KnowledgeBasis } from '../training-set/training-set.events.js';

/** The time that runs are held against: the `days` after `from`. */
export interface HoldoutPeriod {
  readonly from: string;
  readonly until: string;
  readonly days: number;
  /** By recorded time only what had been recorded by then was known at the start. */
  readonly basis: KnowledgeBasis;
}

const HISTORY = (alias: string): string => `jsonb_build_object('repeatOccasions', ${alias}.repeat_occasions,
  'frequencySpanDays', ${alias}.frequency_span_days, 'tenureDays', ${alias}.tenure_days)`;

/** What came of the customers known at the start of a period, as far as a model foretells it. */
export function holdoutAfter(
  pool: pg.Pool,
  { from, until, days, basis }: HoldoutPeriod,
  { kind, features }: { readonly kind: Foretelling['holdout']; readonly features: readonly string[] },
): Promise<Holdout> {
  return inSnapshot(pool, async (tx) => {
    if (kind === 'outcomes') {
      const knownAt = basis === 'recorded-time' ? from : null;
      const asked = { predictAt: from, horizonDays: days, outcome: 'churned', features, knownAt } as const;
      return { days, purchases: [], outcomes: await trainingRows(tx, asked) };
    }
    return { days, purchases: await purchasesOf(tx, from, until), outcomes: [] };
  });
}

async function purchasesOf(tx: pg.ClientBase, from: string, until: string): Promise<readonly HeldOutCustomer[]> {
  const [before, after] = [from, until].map((asOf) => featuresAt({ asOf, now: Date.parse(asOf) }));
  const { rows } = await tx.query<HeldOutCustomer>(
    `SELECT ${HISTORY('b')} AS before, ${HISTORY('a')} AS after FROM ${String(before)} b JOIN ${String(after)} a USING (party_id)
      WHERE b.occasions > 0 ORDER BY party_id`,
  );
  return rows;
}
