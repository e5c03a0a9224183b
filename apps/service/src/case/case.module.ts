import { Module } from '@nestjs/common';
import { CaseController } from './case.controller.js';
import { OpenCaseHandler } from './commands/open-case.js';
import { WorkOnCaseHandler } from './commands/work-on-case.js';

@Module({ controllers: [CaseController], providers: [OpenCaseHandler, WorkOnCaseHandler] })
export class CaseModule {}
