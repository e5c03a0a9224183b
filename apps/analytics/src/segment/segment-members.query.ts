import { listPage, ServiceContext, type ListPage, type ListSpec } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { MOMENT_NAMES, type Moments } from '../moment-query.js';
import { runsFor, type SegmentMember } from './evaluate-segment.js';
import { featureColumns, population, runIdsUsed } from './population.js';
import { fulfils, outcomesOf, type FeatureValues, type Outcome } from './segment-predicate.js';
import { featuresOf, type Where } from './segment-where.js';
import type { SegmentItem } from './segments.query.js';
import { whereSql } from './where-sql.js';

export const MEMBER_LIST = {
  fields: { partyId: { column: 'c.party_id', type: 'uuid' } },
  defaultOrder: 'partyId',
  tieBreaker: 'partyId',
} as const satisfies ListSpec;

const NOT_ERASED = 'NOT EXISTS (SELECT FROM es.tombstone t WHERE t.key = c.party_id)';
const TOLD = `SELECT entered_at AS at, reason FROM app.segment_member WHERE segment_id = $1 AND party_id = $2`;

/** Why somebody is in a segment or is not: what each condition saw. */
export interface MembershipReason {
  readonly segmentId: string;
  readonly partyId: string;
  readonly member: boolean;
  readonly where: Where;
  readonly conditions: readonly Outcome[];
  readonly values: FeatureValues;
  readonly runIds: readonly string[];
  /** When the customer was found to have entered, and what had changed; null when that was not noticed yet, or for a past moment. */
  readonly entered: { readonly at: string; readonly reason: string } | null;
}

/** Who fulfils the predicate of a segment at a time? */
export class SegmentMembersPage extends Query<ListPage<SegmentMember>> {
  constructor(
    readonly segment: SegmentItem,
    readonly query: Readonly<Record<string, unknown>>,
    readonly moments: Moments,
  ) {
    super();
  }
}

/** Why is a customer in a segment, or not in it, at a time? */
export class WhySegmentMember extends Query<MembershipReason> {
  constructor(
    readonly segment: SegmentItem,
    readonly partyId: string,
    readonly moments: Moments,
  ) {
    super();
  }
}

@QueryHandler(SegmentMembersPage)
export class SegmentMembersPageHandler implements IQueryHandler<SegmentMembersPage> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ segment: { where }, query, moments }: SegmentMembersPage): Promise<ListPage<SegmentMember>> {
    const { pool, clock } = this.context;
    const features = featuresOf(where);
    const runs = await runsFor(pool, moments);
    const values: unknown[] = [];
    const condition = whereSql(where, values);
    return listPage(pool, {
      spec: MEMBER_LIST,
      query,
      allowed: MOMENT_NAMES,
      from: population({ time: { ...moments, now: clock() }, runs, features }),
      select: featureColumns(features),
      where: { text: `${condition} AND ${NOT_ERASED}`, values },
      map: (row) => ({
        partyId: row['partyId'] as string,
        values: Object.fromEntries(features.map((name) => [name, row[name]])) as FeatureValues,
      }),
    });
  }
}

@QueryHandler(WhySegmentMember)
export class WhySegmentMemberHandler implements IQueryHandler<WhySegmentMember> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ segment: { segmentId, where }, partyId, moments }: WhySegmentMember): Promise<MembershipReason> {
    const values = await this.valuesOf(where, partyId, moments);
    const told =
      moments.asOf === undefined
        ? await this.context.pool.query<{ at: string; reason: string }>(TOLD, [segmentId, partyId])
        : undefined;
    return {
      segmentId,
      partyId,
      member: fulfils(where, values.values),
      where,
      conditions: outcomesOf(where, values.values),
      values: values.values,
      runIds: values.runIds,
      entered: told?.rows[0] ?? null,
    };
  }

  private async valuesOf(
    where: Where,
    partyId: string,
    moments: Moments,
  ): Promise<{ readonly values: FeatureValues; readonly runIds: readonly string[] }> {
    const { pool, clock } = this.context;
    const features = featuresOf(where);
    const runs = await runsFor(pool, moments);
    const from = population({ time: { ...moments, now: clock() }, runs, features, customers: 'd.party_id = $1::uuid' });
    const { rows } = await pool.query<Readonly<Record<string, string | number | null>>>(
      `SELECT ${featureColumns(features)} FROM ${from}`,
      [partyId],
    );
    const { partyId: _, ...values } = rows[0] ?? {};
    return { values, runIds: runIdsUsed({ runs, features }) };
  }
}
