import {
  Batches,
  CommandHeaders,
  CommandRequest,
  created,
  Describe,
  Imports,
  perItem,
  Scope,
  Upload,
  type Answer,
  type BatchResult,
  type ImportPage,
  type ImportResult,
  type ImportUpload,
} from '@crm/platform';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { PlaceOrder, PlaceOrderBody } from './commands/place-order.js';
import { OrderBook } from './order-book.js';
import { orderItems } from './order-item.js';

@Controller('v1/orders')
export class OrderController {
  private readonly each = perItem<typeof orderItems.item>((order, command) => this.orders.record(order, command));

  constructor(
    private readonly commands: CommandBus,
    private readonly orders: OrderBook,
    private readonly batches: Batches,
    private readonly imports: Imports,
  ) {}

  @Post()
  @Scope('orders:write')
  @Describe({ summary: 'Record an order; a negative total is a return' })
  async place(@Body() body: PlaceOrderBody, @CommandHeaders() request: CommandRequest): Promise<Answer> {
    return created(await this.commands.execute(new PlaceOrder(body, request)));
  }

  @Post('batch')
  @Scope('orders:write')
  @Describe({ summary: 'Record up to 500 orders', items: orderItems.schema, kind: 'batch' })
  batch(@Body() body: unknown, @CommandHeaders() request: CommandRequest): Promise<BatchResult> {
    return this.batches.run(request, body, { items: orderItems, handle: this.each });
  }

  @Post('import')
  @Scope('orders:write')
  @Describe({ summary: 'Import orders as NDJSON or CSV', items: orderItems.schema, kind: 'import' })
  import(@Upload() upload: ImportUpload): Promise<ImportResult> {
    return this.imports.run(upload, { noun: 'orders', items: orderItems, handle: this.each });
  }

  @Get('imports/:importId')
  @Scope('orders:write')
  @Describe({ summary: 'An import of orders and its rejects', kind: 'import-status' })
  importStatus(@Param('importId') importId: string, @Query() query: Record<string, unknown>): Promise<ImportPage> {
    return this.imports.page('orders', importId, query);
  }
}
