import { Module } from '@nestjs/common';
import { CustomerScoresController } from './customer-scores.controller.js';
import { CustomerScoresPageHandler, ScoresOfCustomerHandler } from './customer-scores.query.js';

@Module({
  controllers: [CustomerScoresController],
  providers: [ScoresOfCustomerHandler, CustomerScoresPageHandler],
})
export class CustomerScoreModule {}
