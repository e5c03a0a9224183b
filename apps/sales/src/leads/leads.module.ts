import { Module } from '@nestjs/common';
import { LeadsController } from './leads.controller.js';
import { LeadByIdHandler, LeadListHandler } from './leads.query.js';

@Module({ controllers: [LeadsController], providers: [LeadListHandler, LeadByIdHandler] })
export class LeadsModule {}
