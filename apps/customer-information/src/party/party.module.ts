import { Module } from '@nestjs/common';
import { ChangePartyHandler } from './commands/change-party.js';
import { RegisterPartyHandler } from './commands/register-party.js';
import { PartyController } from './party.controller.js';
import { PartyAtHandler } from './party.query.js';

@Module({
  controllers: [PartyController],
  providers: [RegisterPartyHandler, ChangePartyHandler, PartyAtHandler],
})
export class PartyModule {}
