import { Module } from '@nestjs/common';
import { OpportunitiesController } from './opportunities.controller.js';
import { OpportunityByIdHandler, OpportunityListHandler } from './opportunities.query.js';

@Module({ controllers: [OpportunitiesController], providers: [OpportunityListHandler, OpportunityByIdHandler] })
export class OpportunitiesModule {}
