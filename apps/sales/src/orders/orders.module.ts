import { Module } from '@nestjs/common';
import { OrdersController } from './orders.controller.js';
import { OrderListHandler } from './orders.query.js';

@Module({ controllers: [OrdersController], providers: [OrderListHandler] })
export class OrdersModule {}
