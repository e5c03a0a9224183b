import { Rejected, isId } from '@crm/event-sourcing';
import { Describe, ReadModels, Scope, type ListPage } from '@crm/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Type } from '@sinclair/typebox';
import { MOMENT_PARAMETERS, momentsOf } from '../moment-query.js';
import {
  CustomerFeaturesPage,
  FEATURE_LIST,
  FeaturesOfCustomer,
  type FeaturesItem,
} from './customer-features.query.js';
import { FEATURE_NAMES, FEATURES } from './feature-catalogue.js';

const fieldOf = { number: Type.Number(), text: Type.String(), timestamp: Type.String({ format: 'date-time' }) };
const featuresSchema = Type.Object({
  partyId: Type.String({ format: 'uuid' }),
  ...Object.fromEntries(
    FEATURE_NAMES.map((name) => {
      const { type, nullable } = FEATURES[name];
      return [name, nullable ? Type.Union([fieldOf[type], Type.Null()]) : fieldOf[type]];
    }),
  ),
});

@Controller('v1/customers')
export class CustomerFeaturesController {
  constructor(private readonly queries: QueryBus) {}

  @Get('features')
  @Scope('features:read')
  @ReadModels('warehouse')
  @Describe({
    summary: 'Features of customers',
    list: FEATURE_LIST,
    query: MOMENT_PARAMETERS,
    response: featuresSchema,
  })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<FeaturesItem>> {
    return this.queries.execute(new CustomerFeaturesPage(query, momentsOf(query)));
  }

  @Get(':partyId/features')
  @Scope('features:read')
  @ReadModels('warehouse')
  @Describe({ summary: 'Features of a customer', query: MOMENT_PARAMETERS, response: featuresSchema })
  async get(@Param('partyId') partyId: string, @Query() query: Record<string, unknown>): Promise<FeaturesItem> {
    const moments = momentsOf(query);
    const features = isId(partyId) ? await this.queries.execute(new FeaturesOfCustomer(partyId, moments)) : undefined;
    if (features === undefined)
      throw new Rejected('not-found', 'Nothing is known of this customer at that time', { status: 404 });
    return features;
  }
}
