import { Module } from '@nestjs/common';
import { PartyDirectoryController } from './party-directory.controller.js';
import { PartyDirectoryPageHandler } from './party-directory.query.js';

@Module({ controllers: [PartyDirectoryController], providers: [PartyDirectoryPageHandler] })
export class PartyDirectoryModule {}
