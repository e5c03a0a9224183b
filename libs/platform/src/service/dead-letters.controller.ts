import type { ServiceName } from '@crm/contracts';
import type { ConsumerRunner } from '@crm/messaging';
import { Body, Controller, Get, HttpCode, Param, Post, Query, type Type } from '@nestjs/common';
import { Type as Schema } from '@sinclair/typebox';
import { IsString, Length } from 'class-validator';
import type { Principal } from '../auth/principal.js';
import { Caller, Describe, Scope } from '../http/route.js';
import { IsId } from '../http/validators.js';

export class ReplayDeadLettersBody {
  @IsString() @Length(1, 200) readonly consumer!: string;
  @IsString() @Length(1, 200) readonly source!: string;
  /** The partition key whose events are to be handled now, in order. */
  @IsId() readonly key!: string;
}

const replay = Schema.Object({
  handled: Schema.Integer({ minimum: 0, description: 'events handled' }),
  unparked: Schema.Boolean({ description: 'whether the key is free again' }),
});

/** What a consumer could not handle, and an operator's way to go on. */
export function deadLettersController(service: ServiceName, runner: ConsumerRunner): Type {
  @Controller(`v1/dead-letters/${service}`)
  class DeadLettersController {
    @Get()
    @Scope('dead-letters:manage')
    @Describe({ summary: 'Events that a consumer could not handle', query: { consumer: 'only of this consumer' } })
    async list(@Query('consumer') consumer?: string): Promise<unknown> {
      return { items: await runner.deadLetters.list(consumer === undefined ? {} : { consumer }), next: null };
    }

    @Post('replay')
    @HttpCode(200)
    @Scope('dead-letters:manage')
    @Describe({
      summary: 'Handles the parked events of a key again, in order',
      response: Schema.Object({ replayed: replay }),
      status: 200,
    })
    async replay(
      @Body() { consumer, source, key }: ReplayDeadLettersBody,
      @Caller() caller: Principal,
    ): Promise<unknown> {
      return { replayed: await runner.deadLetters.replay({ consumer, source, key }, caller.actor) };
    }

    @Post(':id/discard')
    @HttpCode(200)
    @Scope('dead-letters:manage')
    @Describe({
      summary: 'Gives an event up for this consumer',
      response: Schema.Object({ discarded: replay }),
      status: 200,
    })
    async discard(@Param('id') id: string, @Caller() caller: Principal): Promise<unknown> {
      return { discarded: await runner.deadLetters.discard(id, caller.actor) };
    }
  }
  return DeadLettersController;
}
