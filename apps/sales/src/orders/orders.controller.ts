import { Describe, ReadModels, Scope, type ListPage } from '@crm/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ORDER_LIST, OrderList, orderSchema, type OrderRow } from './orders.query.js';

@Controller('v1/orders')
export class OrdersController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Scope('orders:read')
  @ReadModels('orders')
  @Describe({ summary: 'Orders, the latest first', list: ORDER_LIST, response: orderSchema })
  list(@Query() query: Record<string, unknown>): Promise<ListPage<OrderRow>> {
    return this.queries.execute(new OrderList(query));
  }
}
