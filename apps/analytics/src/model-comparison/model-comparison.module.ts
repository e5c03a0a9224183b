import { Module } from '@nestjs/common';
import { ModelComparisonController } from './model-comparison.controller.js';
import { CompareModelRunsHandler } from './model-comparison.query.js';

@Module({ controllers: [ModelComparisonController], providers: [CompareModelRunsHandler] })
export class ModelComparisonModule {}
