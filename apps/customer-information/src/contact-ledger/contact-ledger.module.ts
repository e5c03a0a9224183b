import { Module } from '@nestjs/common';
import { SetConsentHandler } from './commands/set-consent.js';
import { ConsentController } from './consent.controller.js';
import { ConsentsAtHandler } from './consents.query.js';

@Module({ controllers: [ConsentController], providers: [SetConsentHandler, ConsentsAtHandler] })
export class ContactLedgerModule {}
