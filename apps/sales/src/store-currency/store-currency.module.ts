import { Module } from '@nestjs/common';
import { CurrencyGuard } from './currency-guard.js';

@Module({ providers: [CurrencyGuard], exports: [CurrencyGuard] })
export class StoreCurrencyModule {}
