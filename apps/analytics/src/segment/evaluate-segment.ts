import { Rejected } from '@crm/event-sourcing';
import type pg from 'pg';
import { runsAt, runsNamed, type ScoreRun } from '../customer-score/score-runs.js';
import { featureColumns, population, runIdsUsed } from './population.js';
import { segmentFeature } from './segment-feature.js';
import type { FeatureValue, FeatureValues } from './segment-predicate.js';
import { featuresOf, type Where } from './segment-where.js';
import { whereSql } from './where-sql.js';

export interface EvaluateOptions {
  /** The present (ms). */
  readonly now: number;
  /** Valid time of features and scores; without it the present, with every fact that is there. */
  readonly asOf?: string | undefined;
  readonly knownAt?: string | undefined;
  /** The runs whose scores count; default: of each model the latest at `asOf`. */
  readonly runIds?: readonly string[] | undefined;
  /** Only these customers. */
  readonly partyIds?: readonly string[] | undefined;
  /** A feature, with `-` for the largest first; customers without it come last. Default: by party id. */
  readonly orderBy?: string | undefined;
  readonly limit?: number | undefined;
}

/** A customer who fulfils a predicate, with the values that it saw. */
export interface SegmentMember {
  readonly partyId: string;
  readonly values: FeatureValues;
}

export interface Evaluated {
  readonly members: readonly SegmentMember[];
  /** The runs that the values of scores come from. */
  readonly runIds: readonly string[];
}

/** Everybody who fulfils a predicate, in order, from one statement; erased customers included, since lists count them. */
export async function evaluateSegment(
  on: pg.Pool | pg.ClientBase,
  where: Where,
  options: EvaluateOptions,
): Promise<Evaluated> {
  const { asOf, knownAt, now, partyIds, orderBy, limit } = options;
  const order = orderOf(orderBy);
  const features = [...new Set([...featuresOf(where), ...(order === undefined ? [] : [order.feature])])];
  const runs = await runsFor(on, options);
  const parameters: unknown[] = partyIds === undefined ? [] : [partyIds];
  const customers = partyIds === undefined ? {} : { customers: 'd.party_id = ANY($1::uuid[])' };
  const from = population({ time: { asOf, knownAt, now }, runs, features, ...customers });
  const condition = whereSql(where, parameters);
  const sql = `SELECT ${featureColumns(features)} FROM ${from} WHERE ${condition}
    ORDER BY ${order === undefined ? '' : `${order.sql}, `}c.party_id ${limit === undefined ? '' : `LIMIT ${String(Math.floor(limit))}`}`;
  const { rows } = await on.query<Readonly<Record<string, FeatureValue>>>(sql, parameters);
  const members = rows.map(({ partyId, ...values }) => ({ partyId: String(partyId), values }));
  return { members, runIds: runIdsUsed({ runs, features }) };
}

/** The runs named, else those that hold at `asOf`. */
export async function runsFor(
  on: pg.Pool | pg.ClientBase,
  { asOf, knownAt, runIds }: Pick<EvaluateOptions, 'asOf' | 'knownAt' | 'runIds'>,
): Promise<readonly ScoreRun[]> {
  if (runIds !== undefined) return runsNamed(on, runIds);
  return runsAt(on, { ...(asOf === undefined ? {} : { asOf }), ...(knownAt === undefined ? {} : { knownAt }) });
}

/** Checks an order by a feature; 400 when there is none of that name. */
export function orderOf(orderBy: string | undefined): { readonly feature: string; readonly sql: string } | undefined {
  if (orderBy === undefined) return undefined;
  const name = orderBy.replace(/^-/, '');
  const feature = segmentFeature(name);
  if (feature === undefined)
    throw new Rejected('validation-failed', 'There is no such feature to order by', {
      status: 400,
      errors: [
        {
          pointer: '/orderBy',
          code: 'not-allowed',
          detail: 'A feature or <model>.<value>, with - for the largest first',
        },
      ],
    });
  return { feature: name, sql: `${feature.column} ${orderBy.startsWith('-') ? 'DESC' : 'ASC'} NULLS LAST` };
}
