import { changed, CommandHeaders, CommandRequest, Describe, Scope, type Answer } from '@crm/platform';
import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ChannelPipe } from '../channels.js';
import { CodePipe } from '../code-pipe.js';
import { IdPipe } from '../id-pipe.js';
import { timeBoundsOf } from '../times.js';
import { SetConsent, SetConsentBody } from './commands/set-consent.js';
import { ConsentsAt, consentsSchema, type Consents } from './consents.query.js';

@Controller('v1/parties/:id/consents')
export class ConsentController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Put(':purpose/:channel')
  @Scope('consents:write')
  @Describe({ summary: 'State whether a party may be contacted for a purpose on a channel; either may be `any`' })
  async set(
    @Param('id', IdPipe) id: string,
    @Param('purpose', CodePipe) purpose: string,
    @Param('channel', ChannelPipe) channel: string,
    @Body() body: SetConsentBody,
    @CommandHeaders() command: CommandRequest,
  ): Promise<Answer> {
    const committed = await this.commands.execute(new SetConsent(id, { purpose, channel }, body, command));
    return changed(committed, { partyId: id, purpose, channel, state: body.state });
  }

  @Get()
  @Scope('consents:read')
  @Describe({
    summary: 'Consents of a party, now or at another time',
    query: { asOf: 'as they held then (valid time)', knownAt: 'as they were known then (recording time)' },
    response: consentsSchema,
  })
  list(@Param('id', IdPipe) id: string, @Query() query: Record<string, unknown>): Promise<Consents> {
    return this.queries.execute(new ConsentsAt(id, timeBoundsOf(query)));
  }
}
