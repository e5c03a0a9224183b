import { Module } from '@nestjs/common';
import { SetContactPolicyHandler } from './commands/set-contact-policy.js';
import { ContactPolicyController } from './contact-policy.controller.js';

@Module({ controllers: [ContactPolicyController], providers: [SetContactPolicyHandler] })
export class ContactPolicyModule {}
