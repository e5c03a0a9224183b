import { Module } from '@nestjs/common';
import { DefineTargetListHandler } from './commands/define-target-list.js';
import { TargetListController } from './target-list.controller.js';
import { TargetListByIdHandler } from './target-list.query.js';

@Module({ controllers: [TargetListController], providers: [DefineTargetListHandler, TargetListByIdHandler] })
export class TargetListModule {}
