import { Module } from '@nestjs/common';
import { ContactPermissionController } from './contact-permission.controller.js';
import { ContactPermissionHandler } from './permission.query.js';
import { LedgerWatch } from './ledger-watch.js';
import { PermissionFacts } from './permission-facts.js';
import { Reservations } from './reservation.js';

@Module({
  controllers: [ContactPermissionController],
  providers: [ContactPermissionHandler, LedgerWatch, PermissionFacts, Reservations],
})
export class ContactPermissionModule {}
