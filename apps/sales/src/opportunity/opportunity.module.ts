import { Module } from '@nestjs/common';
import { StoreCurrencyModule } from '../store-currency/store-currency.module.js';
import { MoveStageHandler } from './commands/move-stage.js';
import { OpenOpportunityHandler } from './commands/open-opportunity.js';
import { OpportunityController } from './opportunity.controller.js';

@Module({
  imports: [StoreCurrencyModule],
  controllers: [OpportunityController],
  providers: [OpenOpportunityHandler, MoveStageHandler],
})
export class OpportunityModule {}
