import { Batches, CommandHeaders, CommandRequest, Describe, Scope, type BatchResult } from '@crm/platform';
import { Body, Controller, Post } from '@nestjs/common';
import { contactEventBatch, contactEventItems } from './contact-event-item.js';
import { contactEventsOf, ContactIntake } from './contact-intake.js';

@Controller('v1/contact-events')
export class ContactEventController {
  constructor(
    private readonly batches: Batches,
    private readonly intake: ContactIntake,
  ) {}

  @Post('batch')
  @Scope('contact-events:write')
  @Describe({
    summary: 'Take up to 500 contact events of a call-center system, in any order',
    body: contactEventBatch,
    kind: 'batch',
  })
  batch(@Body() body: unknown, @CommandHeaders() request: CommandRequest): Promise<BatchResult> {
    const { source, items } = contactEventsOf(body);
    return this.batches.run(
      request,
      { items },
      { items: contactEventItems, handle: (events) => this.intake.take(source, events) },
    );
  }
}
