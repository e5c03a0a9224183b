import { Module } from '@nestjs/common';
import { OneClickForms } from './one-click-forms.js';
import { UnsubscriptionController } from './unsubscription.controller.js';

@Module({ controllers: [UnsubscriptionController], providers: [OneClickForms] })
export class UnsubscriptionModule {}
