import { Module } from '@nestjs/common';
import { InteractionsController } from './interactions.controller.js';
import { InteractionByContactHandler, InteractionListHandler } from './interactions.query.js';

@Module({ controllers: [InteractionsController], providers: [InteractionListHandler, InteractionByContactHandler] })
export class InteractionsModule {}
