import { Module } from '@nestjs/common';
import { StoreCurrencyModule } from '../store-currency/store-currency.module.js';
import { PlaceOrderHandler } from './commands/place-order.js';
import { OrderBook } from './order-book.js';
import { OrderController } from './order.controller.js';

@Module({ imports: [StoreCurrencyModule], controllers: [OrderController], providers: [OrderBook, PlaceOrderHandler] })
export class OrderModule {}
