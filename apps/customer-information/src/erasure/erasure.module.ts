import { Module } from '@nestjs/common';
import { ErasePartyHandler } from './commands/erase-party.js';
import { ErasureController } from './erasure.controller.js';
import { ErasureReceiptHandler } from './erasure.query.js';

@Module({ controllers: [ErasureController], providers: [ErasePartyHandler, ErasureReceiptHandler] })
export class ErasureModule {}
