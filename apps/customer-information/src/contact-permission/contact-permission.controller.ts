import { Batches, CommandHeaders, CommandRequest, Describe, Scope, type BatchResult } from '@crm/platform';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { CheckPermissionBody, ContactPermission, permissionSchema, type PermissionAnswer } from './permission.query.js';
import { reservationItems, Reservations } from './reservation.js';

@Controller('v1/contact-permissions')
export class ContactPermissionController {
  constructor(
    private readonly queries: QueryBus,
    private readonly batches: Batches,
    private readonly reservations: Reservations,
  ) {}

  @Post('check')
  @HttpCode(200)
  @Scope('permissions:check')
  @Describe({ summary: 'May this party be contacted, and why', response: permissionSchema, status: 200 })
  check(@Body() body: CheckPermissionBody): Promise<PermissionAnswer> {
    return this.queries.execute(new ContactPermission(body));
  }

  @Post('reserve/batch')
  @Scope('permissions:reserve')
  @Describe({
    summary: 'Decide on up to 500 contacts that are about to happen, and take a slot for each that is permitted',
    items: reservationItems.schema,
    kind: 'batch',
  })
  reserve(@Body() body: unknown, @CommandHeaders() command: CommandRequest): Promise<BatchResult> {
    return this.batches.run(command, body, {
      items: reservationItems,
      handle: (items) => this.reservations.reserveAll(items),
    });
  }
}
