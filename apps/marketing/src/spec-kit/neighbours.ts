import type { ServiceName } from '@crm/contracts';
import { newId, type Aggregate, type DomainEvent } from '@crm/event-sourcing';
import {
  Answer,
  Batches,
  CommandHeaders,
  CommandRequest,
  defineService,
  Describe,
  idSchema,
  itemSchema,
  Scope,
  timestampSchema,
  type BatchResult,
  type ServiceContext,
  type ServiceDefinition,
} from '@crm/platform';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { Type } from '@sinclair/typebox';

const spoken: Aggregate<null, DomainEvent> = { category: 'spoken', initial: null, evolve: () => null };

/** A service that says what a spec has it say. */
export function neighbour(name: ServiceName, modules: ServiceDefinition['modules'] = []): ServiceDefinition {
  return defineService({
    name,
    modules,
    migrations: [],
    publish: ({ category, type, data }) => (category === spoken.category ? ({ type, data } as never) : undefined),
    projections: () => [],
    reactors: () => [],
  });
}

/** Has a neighbour publish an event. */
export async function say(context: ServiceContext, type: string, key: string, data: unknown): Promise<void> {
  await context.store.transact(spoken, newId(), () => [{ type, data }], { key });
}

/** What the permission desk answers; a spec sets it. `asked` holds the items as they came. */
export interface PermissionDesk {
  answer: (item: AskedPermission) => Readonly<Record<string, unknown>>;
  down: boolean;
  readonly asked: AskedPermission[];
}

const items = itemSchema(
  Type.Object({
    partyId: idSchema(),
    channel: Type.String(),
    purpose: Type.String(),
    at: timestampSchema(),
    reservationKey: Type.String(),
    treatmentId: idSchema(),
  }),
);
export type AskedPermission = typeof items.item;

/** Grants what it is asked for. */
export const granted = (): Readonly<Record<string, unknown>> => ({
  outcome: 'granted',
  startBy: new Date(Date.now() + 60_000).toISOString(),
  reasons: [],
});

/** customer-information as far as marketing sees it: the desk that permits contacts. */
export function permissionDesk(): { readonly desk: PermissionDesk; readonly service: ServiceDefinition } {
  const desk: PermissionDesk = { answer: granted, down: false, asked: [] };

  @Controller('v1/contact-permissions')
  class ContactPermissionDeskController {
    constructor(private readonly batches: Batches) {}

    @Post('reserve/batch')
    @Scope('permissions:reserve')
    @Describe({ summary: 'Decide on contacts', items: items.schema, kind: 'batch' })
    async reserve(@Body() body: unknown, @CommandHeaders() command: CommandRequest): Promise<BatchResult> {
      if (desk.down) return new Answer(503, { code: 'down' }, []);
      const handle = async (
        asked: readonly { readonly item: AskedPermission }[],
      ): Promise<readonly { readonly status: 'accepted'; readonly more: object }[]> =>
        asked.map(({ item }) => {
          desk.asked.push(item);
          return { status: 'accepted', more: desk.answer(item) };
        });
      return this.batches.run(command, body, { items, handle: handle as never });
    }
  }

  @Module({ controllers: [ContactPermissionDeskController] })
  class ContactPermissionDeskModule {}

  return { desk, service: neighbour('customer-information', [ContactPermissionDeskModule]) };
}
