import type pg from 'pg';
import { ORDER_PLACED } from '../warehouse/order-facts.js';
import { warehouseProjection } from '../warehouse/warehouse.projection.js';
import type { SourceName } from './source-feeds.js';

/** Facts that are counted against their source: one row for each event of the type. */
export interface CountedFact {
  readonly service: SourceName;
  readonly type: string;
  /** Read model with the columns `lane` and `position` of the event. */
  readonly table: string;
}

export const COUNTED_FACTS: readonly CountedFact[] = [{ service: 'sales', type: ORDER_PLACED, table: 'order_fact' }];

/** Every source that the mart is built from. */
export const MART_SOURCES: readonly SourceName[] = [...new Set(COUNTED_FACTS.map(({ service }) => service))];

export interface LaneCount {
  readonly lane: number;
  readonly facts: bigint;
}

export interface Totals {
  readonly orders: bigint;
  readonly revenue: bigint;
  readonly occasions: bigint;
}

export interface PositionRow {
  readonly service: string;
  readonly lane: number;
  readonly position: bigint;
}

/** The mart at one moment: where it stands in its sources, what it holds by lane, and the totals of facts and features. */
export interface MartState {
  readonly positions: readonly PositionRow[];
  readonly counts: readonly { readonly fact: CountedFact; readonly lanes: readonly LaneCount[] }[];
  readonly ofFacts: Totals;
  readonly ofFeatures: Totals;
}

const POSITIONS = `SELECT source AS service, lane, position FROM bus.cursor WHERE consumer = $1 ORDER BY source, lane`;
const OF_FACTS = `SELECT count(*) AS orders, coalesce(sum(amount_minor), 0)::bigint AS revenue,
    count(DISTINCT (party_id, local_date)) FILTER (WHERE amount_minor >= 0) AS occasions FROM order_fact`;
const OF_FEATURES = `SELECT coalesce(sum(orders), 0)::bigint AS orders, coalesce(sum(revenue_minor), 0)::bigint AS revenue,
    coalesce(sum(occasions), 0)::bigint AS occasions FROM customer_feature`;

/** How far the mart has read its sources. */
export async function martPositions(on: pg.Pool | pg.ClientBase): Promise<readonly PositionRow[]> {
  return (await on.query<PositionRow>(POSITIONS, [warehouseProjection.name])).rows;
}

/** Reads the mart's state; in a transaction that sees one state, positions and facts belong together. */
export async function martState(tx: pg.ClientBase): Promise<MartState> {
  const positions = await martPositions(tx);
  const counts: { fact: CountedFact; lanes: readonly LaneCount[] }[] = [];
  for (const fact of COUNTED_FACTS) {
    const { rows } = await tx.query<LaneCount>(
      `SELECT lane, count(*) AS facts FROM ${fact.table} GROUP BY lane ORDER BY lane`,
    );
    counts.push({ fact, lanes: rows });
  }
  return { positions, counts, ofFacts: await totals(tx, OF_FACTS), ofFeatures: await totals(tx, OF_FEATURES) };
}

async function totals(tx: pg.ClientBase, sql: string): Promise<Totals> {
  const { rows } = await tx.query<Totals>(sql);
  return rows[0] ?? { orders: 0n, revenue: 0n, occasions: 0n };
}
