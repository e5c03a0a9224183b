import { Module } from '@nestjs/common';
import { RequestTrainingSetHandler } from './commands/request-training-set.js';
import { TrainingSetController } from './training-set.controller.js';
import { TrainingSetsPageHandler } from './training-sets.query.js';
import { TrainingRowsPageHandler, TrainingSetByIdHandler } from './training-set.query.js';

@Module({
  controllers: [TrainingSetController],
  providers: [RequestTrainingSetHandler, TrainingSetByIdHandler, TrainingSetsPageHandler, TrainingRowsPageHandler],
})
export class TrainingSetModule {}
