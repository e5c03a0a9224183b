import { Describe, ReadModels, Scope, type ListPage } from '@crm/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { knownId } from '../known-id.js';
import { WhyTreatment } from './treatment-why.query.js';
import { TREATMENT_LIST, TreatmentById, TreatmentPage } from './treatment.query.js';
import { treatmentSchema, treatmentWhySchema, type TreatmentView, type TreatmentWhy } from './treatment.view.js';

@Controller('v1/treatments')
export class TreatmentController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Scope('treatments:read')
  @ReadModels('treatments')
  @Describe({ summary: 'Treatments', list: TREATMENT_LIST, response: treatmentSchema })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<TreatmentView>> {
    return this.queries.execute(new TreatmentPage(query));
  }

  @Get(':id')
  @Scope('treatments:read')
  @ReadModels('treatments')
  @Describe({ summary: 'A treatment', response: treatmentSchema })
  get(@Param('id') id: string): Promise<TreatmentView> {
    return this.queries.execute(new TreatmentById(knownId(id)));
  }

  @Get(':id/why')
  @Scope('treatments:read')
  @Describe({ summary: 'Why a member was treated as they were', response: treatmentWhySchema })
  why(@Param('id') id: string): Promise<TreatmentWhy> {
    return this.queries.execute(new WhyTreatment(knownId(id)));
  }
}
