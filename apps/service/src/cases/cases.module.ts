import { Module } from '@nestjs/common';
import { CasesController } from './cases.controller.js';
import { CaseByIdHandler, CaseListHandler } from './cases.query.js';

@Module({ controllers: [CasesController], providers: [CaseListHandler, CaseByIdHandler] })
export class CasesModule {}
