import { Describe, ReadModels, Scope, ServiceContext } from '@crm/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { lineageSchema } from '../lineage-schema.js';
import { periodOf } from './kpi-period.js';
import { KpisOf, type KpisView } from './kpis.query.js';

const date = Type.String({ format: 'date' });
const numberOrNull = Type.Union([Type.Number(), Type.Null()]);
const quotient = { value: numberOrNull, numerator: numberOrNull, denominator: numberOrNull };
const kpiSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  nameKo: Type.String(),
  unit: Type.Literal('ratio'),
  formula: Type.String(),
  formulaVersion: Type.String(),
  ...quotient,
  currency: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
  parts: Type.Optional(Type.Array(Type.Object({ key: Type.String(), ...quotient }))),
  lineage: Type.Object({
    tables: Type.Array(Type.String()),
    readModels: Type.Array(lineageSchema),
    results: Type.Optional(Type.Array(Type.Object({ campaignId: Type.String(), version: Type.Integer() }))),
    businessRulesVersion: Type.Optional(Type.Integer()),
  }),
});

@Controller('v1/kpis')
export class KpisController {
  constructor(
    private readonly queries: QueryBus,
    private readonly context: ServiceContext,
  ) {}

  @Get()
  @Scope('kpis:read')
  @ReadModels('warehouse', 'contacts', 'loops')
  @Describe({
    summary: 'Key figures of a period, with their formulas and where their numbers come from',
    query: {
      from: 'first day of the period (YYYY-MM-DD); default 30 days until to',
      to: 'last day of the period; default today in UTC',
    },
    response: Type.Object({
      from: date,
      to: date,
      previous: Type.Object({ from: date, to: date }),
      items: Type.Array(kpiSchema),
      next: Type.Null(),
    }),
  })
  list(@Query() query: Readonly<Record<string, unknown>>): Promise<KpisView> {
    return this.queries.execute(new KpisOf(periodOf(query, this.context.clock())));
  }
}
