import type pg from 'pg';
import { FEATURES } from '../customer-features/feature-catalogue.js';
import { featuresAt, momentOf } from '../customer-features/features-at.js';
import { TRAINING_FEATURES } from '../customer-features/training-features.js';
import type { TrainingRow } from '../model-run/model-inputs.js';
import type { KnowledgeBasis, TrainingOutcome, TrainingSetRequested } from './training-set.events.js';

/** What is known of facts at the prediction time, and by which knowledge. */
export interface Knowledge {
  readonly basis: KnowledgeBasis;
  /** Chosen by whoever asked, not by the facts. */
  readonly basisAsked: boolean;
  readonly knownAt: string | null;
  readonly factsUsed: number;
  readonly factsLate: number;
}

export interface RowsToBuild {
  readonly predictAt: string;
  readonly horizonDays: number;
  readonly outcome: TrainingOutcome;
  readonly features: readonly string[];
  readonly knownAt: string | null;
}

const MS_PER_DAY = 86_400_000;
const KNOWN = `SELECT count(*)::float8 AS "true", (count(*) FILTER (WHERE recorded_at <= $2))::float8 AS recorded
  FROM order_fact WHERE ordered_at <= $1`;

/**
 * How the facts up to the prediction time came to be known. Asked for nothing, it is recorded time when most of them were
 * recorded by then, as they are when they arrive as they happen; else the history was imported, and valid time is all there is.
 */
export async function knowledgeAt(
  tx: pg.ClientBase,
  { predictAt, basis, knownAt = predictAt }: Pick<TrainingSetRequested['data'], 'predictAt' | 'basis' | 'knownAt'>,
): Promise<Knowledge> {
  const { rows } = await tx.query<{ true: number; recorded: number }>(KNOWN, [predictAt, knownAt]);
  const { true: facts, recorded } = rows[0] ?? { true: 0, recorded: 0 };
  const byRecord = (basis ?? (recorded * 2 > facts ? 'recorded-time' : 'valid-time')) === 'recorded-time';
  const seen = { basisAsked: basis !== undefined, factsLate: facts - recorded };
  return byRecord
    ? { basis: 'recorded-time', knownAt, factsUsed: recorded, ...seen }
    : { basis: 'valid-time', knownAt: null, factsUsed: facts, ...seen };
}

/** When the horizon after a prediction time ends. */
export function endOfHorizon({ predictAt, horizonDays }: Pick<RowsToBuild, 'predictAt' | 'horizonDays'>): string {
  return new Date(Date.parse(predictAt) + horizonDays * MS_PER_DAY).toISOString();
}

/**
 * Everybody who had bought by the prediction time: features from facts up to that moment, and what came of them from facts after
 * it, up to the end of the horizon. No fact is on both sides.
 */
export async function trainingRows(tx: pg.ClientBase, rows: RowsToBuild): Promise<readonly TrainingRow[]> {
  const { predictAt, outcome } = rows;
  const until = endOfHorizon(rows);
  const bought = `EXISTS (SELECT FROM order_fact o WHERE o.party_id = c.party_id AND o.amount_minor >= 0
    AND o.ordered_at > ${momentOf(predictAt)} AND o.ordered_at <= ${momentOf(until)})`;
  const label = outcome === 'purchased' ? bought : `NOT ${bought}`;
  return (await tx.query<TrainingRow>(`${everybody(rows, `${label} AS outcome`)} ORDER BY c.party_id`)).rows;
}

/** Everybody with their features alone. */
export async function featureRows(
  tx: pg.ClientBase,
  rows: Pick<RowsToBuild, 'predictAt' | 'features' | 'knownAt'>,
): Promise<readonly Omit<TrainingRow, 'outcome'>[]> {
  return (await tx.query<Omit<TrainingRow, 'outcome'>>(`${everybody(rows)} ORDER BY c.party_id`)).rows;
}

function everybody(
  { predictAt, features, knownAt }: Pick<RowsToBuild, 'predictAt' | 'features' | 'knownAt'>,
  more = '',
): string {
  const time = {
    asOf: predictAt,
    toTheMoment: true,
    now: Date.parse(predictAt),
    ...(knownAt === null ? {} : { knownAt }),
  };
  const pairs = TRAINING_FEATURES.filter((name) => features.includes(name)).map(
    (name) => `'${name}', c.${FEATURES[name].column}`,
  );
  return `SELECT c.party_id AS "partyId", jsonb_build_object(${pairs.join(', ')}) AS features${more === '' ? '' : `, ${more}`}
    FROM ${featuresAt(time)} c WHERE c.occasions > 0`;
}
