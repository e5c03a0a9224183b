import { Module } from '@nestjs/common';
import { BusinessRulesController } from './business-rules.controller.js';
import { BusinessRulesOfHandler, BusinessRulesVersionsHandler } from './business-rules.query.js';
import { SetBusinessRulesHandler } from './commands/set-business-rules.js';

@Module({
  controllers: [BusinessRulesController],
  providers: [SetBusinessRulesHandler, BusinessRulesOfHandler, BusinessRulesVersionsHandler],
})
export class BusinessRulesModule {}
