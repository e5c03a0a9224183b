import { Module } from '@nestjs/common';
import { ConvertLeadHandler } from './commands/convert-lead.js';
import { MoveLeadHandler } from './commands/move-lead.js';
import { OpenLeadHandler } from './commands/open-lead.js';
import { LeadController } from './lead.controller.js';

@Module({ controllers: [LeadController], providers: [OpenLeadHandler, MoveLeadHandler, ConvertLeadHandler] })
export class LeadModule {}
