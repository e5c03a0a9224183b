import { accepted, CommandHeaders, CommandRequest, Describe, Scope, type Answer } from '@crm/platform';
import { Controller, Get, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { IdPipe } from '../id-pipe.js';
import { EraseParty } from './commands/erase-party.js';
import { ErasureReceiptOf, receiptSchema, type ErasureReceipt } from './erasure.query.js';

@Controller('v1')
export class ErasureController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('parties/:id/erase')
  @Scope('parties:erase')
  @Describe({ summary: 'Erase a party in every service', status: 202 })
  async erase(@Param('id', IdPipe) id: string, @CommandHeaders() command: CommandRequest): Promise<Answer> {
    const committed = await this.commands.execute(new EraseParty(id, command));
    return accepted(committed, `/v1/erasures/${committed.streamId}`);
  }

  @Get('erasures/:id')
  @Scope('erasures:read')
  @Describe({ summary: 'The receipt of an erasure', response: receiptSchema })
  receipt(@Param('id', IdPipe) id: string): Promise<ErasureReceipt> {
    return this.queries.execute(new ErasureReceiptOf(id));
  }
}
