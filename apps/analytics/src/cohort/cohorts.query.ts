import { inSnapshot } from '@crm/event-sourcing';
import { ServiceContext } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { dateOf } from '../customer-features/features-at.js';
import { lineageOf, type ReadModelLineage } from '../lineage.js';
import { warehouseProjection } from '../warehouse/warehouse.projection.js';
import { cohortsUntil, type Cohort } from './cohort-rows.js';

export interface CohortItem extends Cohort {
  /** Share of the cohort that was active in each month. */
  readonly rates: readonly number[];
}

export interface CohortsView {
  readonly asOf: string;
  readonly returns: 'count' | 'ignore';
  readonly leftOut: number;
  readonly items: readonly CohortItem[];
  readonly next: null;
  readonly lineage: readonly ReadModelLineage[];
}

/** Of the customers who were first active in a month, how many were active in the months after? */
export class CohortsAt extends Query<CohortsView> {
  constructor(
    readonly asOf: string | undefined,
    readonly months: number,
    readonly returns: 'count' | 'ignore',
  ) {
    super();
  }
}

@QueryHandler(CohortsAt)
export class CohortsAtHandler implements IQueryHandler<CohortsAt> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ asOf: asked, months, returns }: CohortsAt): Promise<CohortsView> {
    const asOf = asked ?? new Date(this.context.clock()).toISOString();
    return inSnapshot(this.context.pool, async (tx) => {
      const question = { until: dateOf(asOf), months, returnsCount: returns === 'count' };
      const { cohorts, leftOut } = await cohortsUntil(tx, question);
      const items = cohorts.map((cohort) => ({
        ...cohort,
        rates: cohort.active.map((active) => active / cohort.customers),
      }));
      const lineage = [...(await lineageOf(tx, [warehouseProjection.name])).values()];
      return { asOf, returns, leftOut, items, next: null, lineage };
    });
  }
}
