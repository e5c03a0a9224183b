import { Module } from '@nestjs/common';
import { ContactPermissionController } from './contact-permission.controller.js';
import { ContactPermissionHandler } from './permission.query.js';
import { PermissionFacts } from './permission-facts.js';
import { Reservations } from './reservation.js';

@Module({
  controllers: [ContactPermissionController],
  providers: [ContactPermissionHandler, PermissionFacts, Reservations],
})
export class ContactPermissionModule {}
