import { Module } from '@nestjs/common';
import { CohortsController } from './cohorts.controller.js';
import { CohortsAtHandler } from './cohorts.query.js';

@Module({ controllers: [CohortsController], providers: [CohortsAtHandler] })
export class CohortModule {}
