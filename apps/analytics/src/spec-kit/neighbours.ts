import type { ServiceName } from '@crm/contracts';
import { newId, type Aggregate, type DomainEvent } from '@crm/event-sourcing';
import { defineService, type ServiceContext, type ServiceDefinition } from '@crm/platform';

const spoken: Aggregate<null, DomainEvent> = { category: 'spoken', initial: null, evolve: () => null };

/** A service that says what a spec has it say. */
export function neighbour(name: ServiceName): ServiceDefinition {
  return defineService({
    name,
    modules: [],
    migrations: [],
    publish: ({ category, type, data }) => (category === spoken.category ? ({ type, data } as never) : undefined),
    projections: () => [],
    reactors: () => [],
  });
}

/** Has a neighbour publish an event. */
export async function say(
  context: ServiceContext,
  { type, key, data }: { readonly type: string; readonly key: string; readonly data: unknown },
): Promise<void> {
  await context.store.transact(spoken, newId(), () => [{ type, data }], { key });
}
