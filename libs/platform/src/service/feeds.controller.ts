import { Rejected } from '@crm/event-sourcing';
import type { Feed } from '@crm/messaging';
import { Controller, Get, Query, type Type } from '@nestjs/common';
import { Type as Schema } from '@sinclair/typebox';
import { Describe, Scope } from '../http/route.js';
import type { ServiceName } from '@crm/contracts';

const MAX_EVENTS = 1000;

const page = Schema.Object({
  incarnation: Schema.String(),
  events: Schema.Array(Schema.Unknown()),
  next: Schema.String(),
});
const lanes = Schema.Object({
  incarnation: Schema.String(),
  lanes: Schema.Array(Schema.Object({ lane: Schema.Integer(), head: Schema.String() })),
});

/** The service's public events over HTTP: the same as its topic, for back-fill and for those without Kafka. */
export function feedsController(service: ServiceName, feed: Feed): Type {
  @Controller(`v1/feeds/${service}`)
  class FeedsController {
    @Get()
    @Scope('feeds:read')
    @Describe({
      summary: 'Public events of one lane, in order',
      query: {
        lane: 'required: lane, from 0',
        after: 'position; events after it',
        limit: `1 to ${String(MAX_EVENTS)}, default 500`,
      },
      response: page,
    })
    async read(
      @Query('lane') lane: string | undefined,
      @Query('after') after = '0',
      @Query('limit') limit = '500',
    ): Promise<unknown> {
      if (lane === undefined || lane === '') throw missing('lane');
      const heads = await feed.heads();
      const laneNumber = within(lane, 'lane', 0, heads.length - 1);
      const position = BigInt(within(after, 'after', 0, Number.MAX_SAFE_INTEGER));
      const positions = heads.map((head, index) => (index === laneNumber ? position : head));
      const events = (await feed.read(positions, within(limit, 'limit', 1, MAX_EVENTS))).filter(
        (event) => event.lane === laneNumber,
      );
      return {
        incarnation: await feed.incarnation(),
        events: events.map((event) => ({ ...event, position: event.position.toString() })),
        next: (events.at(-1)?.position ?? position).toString(),
      };
    }

    @Get('lanes')
    @Scope('feeds:read')
    @Describe({ summary: 'Heads of the lanes and the incarnation of the log', response: lanes })
    async lanes(): Promise<unknown> {
      const heads = await feed.heads();
      return {
        incarnation: await feed.incarnation(),
        lanes: heads.map((head, lane) => ({ lane, head: head.toString() })),
      };
    }
  }
  return FeedsController;
}

function missing(name: string): Rejected {
  return new Rejected('query-invalid', `${name} is needed`, {
    status: 400,
    errors: [{ pointer: `/${name}`, code: 'required', detail: 'The parameter is missing' }],
  });
}

function within(text: string, name: string, low: number, high: number): number {
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || value < low || value > high)
    throw new Rejected('query-invalid', `${name} is a whole number from ${String(low)} to ${String(high)}`, {
      status: 400,
      errors: [{ pointer: `/${name}`, code: 'out-of-range', detail: `${String(low)} to ${String(high)}` }],
    });
  return value;
}
