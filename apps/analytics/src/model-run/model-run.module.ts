import { Module } from '@nestjs/common';
import { RequestModelRunHandler } from './commands/request-model-run.js';
import { ModelRunController } from './model-run.controller.js';
import { ModelListHandler, ModelRunByIdHandler, PlotOfRunHandler } from './model-run.query.js';

@Module({
  controllers: [ModelRunController],
  providers: [RequestModelRunHandler, ModelRunByIdHandler, ModelListHandler, PlotOfRunHandler],
})
export class ModelRunModule {}
