import { Module } from '@nestjs/common';
import { ModelFindingsController } from './model-findings.controller.js';
import { ModelFindingsPageHandler } from './model-findings.query.js';

@Module({ controllers: [ModelFindingsController], providers: [ModelFindingsPageHandler] })
export class ModelFindingModule {}
