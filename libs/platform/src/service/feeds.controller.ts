import { Rejected } from '@crm/event-sourcing';
import { BEYOND, type FeedWithHistory } from '@crm/messaging';
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
  incarnations: Schema.Array(
    Schema.Object({
      incarnation: Schema.String(),
      predecessor: Schema.Union([Schema.String(), Schema.Null()]),
      heads: Schema.Array(Schema.String(), { description: 'by lane; events up to here were its predecessor’s too' }),
      at: Schema.String(),
    }),
    { description: 'oldest first, the present one last; a new one begins with every restored backup' },
  ),
});

/** The service's public events over HTTP: the same as its topic, for back-fill and for those without Kafka. */
export function feedsController(service: ServiceName, feed: FeedWithHistory): Type {
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
      const laneNumber = within(lane, 'lane', 0, feed.lanes - 1);
      const position = BigInt(within(after, 'after', 0, Number.MAX_SAFE_INTEGER));
      const positions = Array.from({ length: feed.lanes }, (_, index) => (index === laneNumber ? position : BEYOND));
      const events = await feed.read(positions, within(limit, 'limit', 1, MAX_EVENTS));
      return {
        incarnation: await feed.incarnation(),
        events: events.map((event) => ({ ...event, position: event.position.toString() })),
        next: (events.at(-1)?.position ?? position).toString(),
      };
    }

    @Get('lanes')
    @Scope('feeds:read')
    @Describe({ summary: 'Heads of the lanes, the incarnation of the log and those before it', response: lanes })
    async lanes(): Promise<unknown> {
      const [heads, incarnations] = await Promise.all([feed.heads(), feed.incarnations()]);
      return {
        incarnation: incarnations.at(-1)?.incarnation,
        lanes: heads.map((head, lane) => ({ lane, head: head.toString() })),
        incarnations: incarnations.map((life) => ({ ...life, heads: life.heads.map(String) })),
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
