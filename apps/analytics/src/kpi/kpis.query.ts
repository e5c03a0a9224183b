import { inSnapshot } from '@crm/event-sourcing';
import { ServiceContext } from '@crm/platform';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { rulesInForce } from '../business-rules/rules-in-force.js';
import { lineageOf } from '../lineage.js';
import { campaignEffect, channelEffect } from './campaign-kpis.js';
import { customerKpis } from './customer-kpis.js';
import { kpiOf, KPIS, type Finding, type Kpi, type KpiPeriod } from './kpi.js';
import { profitability } from './profitability.js';

export interface KpisView extends KpiPeriod {
  readonly items: readonly Kpi[];
  readonly next: null;
}

/** How did the business do in a period? All figures are of one and the same moment of the mart. */
export class KpisOf extends Query<KpisView> {
  constructor(readonly period: KpiPeriod) {
    super();
  }
}

const READ_MODELS = [...new Set(Object.values(KPIS).flatMap(({ readModels }) => readModels))];

@QueryHandler(KpisOf)
export class KpisOfHandler implements IQueryHandler<KpisOf> {
  constructor(private readonly context: ServiceContext) {}

  async execute({ period }: KpisOf): Promise<KpisView> {
    const rules = await rulesInForce(this.context, `${period.to}T23:59:59.999Z`);
    return inSnapshot(this.context.pool, async (tx) => {
      const lineage = await lineageOf(tx, READ_MODELS);
      const found: Readonly<Record<keyof typeof KPIS, Finding>> = {
        ...(await customerKpis(tx, period)),
        K18: await campaignEffect(tx, period),
        K19: await channelEffect(tx, period),
        K22: await profitability(tx, period, rules),
      };
      const items = Object.values(KPIS).map((definition) => kpiOf(definition, found[definition.id], lineage));
      return { ...period, items, next: null };
    });
  }
}
