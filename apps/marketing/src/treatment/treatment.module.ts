import { Module } from '@nestjs/common';
import { WhyTreatmentHandler } from './treatment-why.query.js';
import { TreatmentController } from './treatment.controller.js';
import { TreatmentByIdHandler, TreatmentPageHandler } from './treatment.query.js';

@Module({
  controllers: [TreatmentController],
  providers: [TreatmentPageHandler, TreatmentByIdHandler, WhyTreatmentHandler],
})
export class TreatmentModule {}
