import { Module } from '@nestjs/common';
import { LoopController } from './loop.controller.js';
import { LoopByIdHandler, LoopsPageHandler } from './loop.query.js';

@Module({ controllers: [LoopController], providers: [LoopByIdHandler, LoopsPageHandler] })
export class LoopModule {}
