import { Module } from '@nestjs/common';
import { MoveStageHandler } from './commands/move-stage.js';
import { OpenOpportunityHandler } from './commands/open-opportunity.js';
import { OpportunityController } from './opportunity.controller.js';

@Module({
  controllers: [OpportunityController],
  providers: [OpenOpportunityHandler, MoveStageHandler],
})
export class OpportunityModule {}
