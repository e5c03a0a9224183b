import { Rejected } from '@crm/event-sourcing';
import { RebuildRunning, rebuildProjection } from '@crm/messaging';
import { Body, Controller, HttpCode, Param, Post, type Type } from '@nestjs/common';
import { Type as Schema } from '@sinclair/typebox';
import { IsOptional, IsString, Length } from 'class-validator';
import { Describe, Scope } from '../http/route.js';
import type { EventSource } from './open-service.js';
import type { ServiceContext } from './service-context.js';
import type { ServiceDefinition } from './service-definition.js';

export class RebuildProjectionBody {
  /** Hash of a difference that is wanted, as an earlier rebuild named it. */
  @IsOptional() @IsString() @Length(1, 200) readonly accept?: string;
}

const rows = Schema.Integer({ minimum: 0 });
const rebuilt = Schema.Object({
  switched: Schema.Boolean(),
  events: Schema.Integer({ minimum: 0, description: 'events read from the feeds' }),
  tables: Schema.Array(
    Schema.Object({ table: Schema.String(), live: rows, rebuilt: rows, onlyLive: rows, onlyRebuilt: rows }),
  ),
  difference: Schema.Union([Schema.String(), Schema.Null()], {
    description: 'hash of all rows that differ, for `accept`; null when none does',
  }),
});

function refused(error: unknown): never {
  if (error instanceof RebuildRunning) throw new Rejected('rebuild-running', error.message, { status: 409 });
  throw error;
}

/** Rebuilds a read model beside the live one and switches when nothing differs. */
export function projectionsController(
  definition: ServiceDefinition,
  context: ServiceContext,
  sources: readonly EventSource[],
): Type {
  const projections = new Map(definition.projections(context).map((projection) => [projection.name, projection]));

  @Controller(`v1/projections/${definition.name}`)
  class ProjectionsController {
    @Post(':name/rebuild')
    @HttpCode(200)
    @Scope('projections:rebuild')
    @Describe({
      summary: 'Rebuilds a read model from the first event and switches to it when nothing differs',
      response: rebuilt,
      status: 200,
    })
    async rebuild(@Param('name') name: string, @Body() body: RebuildProjectionBody): Promise<unknown> {
      const projection = projections.get(name);
      if (projection === undefined)
        throw new Rejected(
          'not-found',
          `There is no such projection; there are ${[...projections.keys()].join(', ')}`,
          { status: 404 },
        );
      return rebuildProjection({
        projection,
        feeds: sources.map(({ feed }) => feed),
        pool: context.pool,
        ...(body.accept === undefined ? {} : { accept: body.accept }),
      }).catch(refused);
    }
  }
  return ProjectionsController;
}
