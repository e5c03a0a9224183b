import { Describe, ReadModels, Scope } from '@crm/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { badQuery } from '../bad-query.js';
import { lineageSchema } from '../lineage-schema.js';
import { momentsOf } from '../moment-query.js';
import { CohortsAt, type CohortsView } from './cohorts.query.js';

const DEFAULT_MONTHS = 12;
const MOST_MONTHS = 120;

const cohortsSchema = Type.Object({
  asOf: Type.String({ format: 'date-time' }),
  returns: Type.Union([Type.Literal('count'), Type.Literal('ignore')]),
  leftOut: Type.Integer(),
  items: Type.Array(
    Type.Object({
      month: Type.String(),
      customers: Type.Integer(),
      active: Type.Array(Type.Integer()),
      rates: Type.Array(Type.Number()),
    }),
  ),
  next: Type.Null(),
  lineage: Type.Array(lineageSchema),
});

@Controller('v1/cohorts')
export class CohortsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Scope('cohorts:read')
  @ReadModels('warehouse')
  @Describe({
    summary:
      'Customers by the calendar month in which they were first active, and how many were active in each month after',
    query: {
      asOf: 'valid time: purchases until its date count (ISO 8601 with offset); default now',
      months: `months of each cohort, the first included: 1 to ${String(MOST_MONTHS)}, default ${String(DEFAULT_MONTHS)}`,
      returns: 'count: a return makes a customer active; ignore (default): only purchases do',
    },
    response: cohortsSchema,
  })
  list(@Query() query: Readonly<Record<string, unknown>>): Promise<CohortsView> {
    const { asOf } = momentsOf({ asOf: query['asOf'] });
    return this.queries.execute(new CohortsAt(asOf, monthsOf(query['months']), returnsOf(query['returns'])));
  }
}

function monthsOf(text: unknown): number {
  if (text === undefined || text === '') return DEFAULT_MONTHS;
  const months = typeof text === 'string' && /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (months >= 1 && months <= MOST_MONTHS) return months;
  throw badQuery('months', 'out-of-range', `1 to ${String(MOST_MONTHS)}`);
}

function returnsOf(text: unknown): 'count' | 'ignore' {
  if (text === undefined || text === '') return 'ignore';
  if (text === 'count' || text === 'ignore') return text;
  throw badQuery('returns', 'not-allowed', 'count or ignore');
}
