import { Module } from '@nestjs/common';
import { KpisController } from './kpis.controller.js';
import { KpisOfHandler } from './kpis.query.js';

@Module({ controllers: [KpisController], providers: [KpisOfHandler] })
export class KpiModule {}
