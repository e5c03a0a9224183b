import { Module } from '@nestjs/common';
import { ContactEventController } from './contact-event.controller.js';
import { ContactIntake } from './contact-intake.js';

@Module({ controllers: [ContactEventController], providers: [ContactIntake] })
export class ContactEventModule {}
