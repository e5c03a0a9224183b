import {
  SERVICES,
  validatePublished,
  type Contract,
  type ContractData,
  type PublicEvent,
  type ServiceName,
} from '@crm/contracts';
import { newId, type Aggregate, type DomainEvent } from '@crm/event-sourcing';
import { defineService, type ServiceContext, type ServiceDefinition } from '@crm/platform';

type Said = DomainEvent<string, Readonly<Record<string, unknown>>>;

const saying: Aggregate<null, Said> = { category: 'saying', initial: null, evolve: () => null };

/** The services beside customer-information as far as it sees them: they publish contract events and erase. */
export const neighbours: readonly ServiceDefinition[] = SERVICES.filter((name) => name !== 'customer-information').map(
  (name: ServiceName) =>
    defineService({
      name,
      modules: [],
      migrations: [],
      publish: ({ category, type, data }) =>
        category === saying.category ? ({ type, data } as PublicEvent) : undefined,
      projections: () => [],
      reactors: () => [],
    }),
);

/** Publishes an event of a contract from the service that owns it. */
export async function say<C extends Contract>(
  { store }: ServiceContext,
  contract: C,
  data: ContractData<C>,
): Promise<void> {
  validatePublished(contract.type, data);
  const key = String((data as Readonly<Record<string, unknown>>)[contract.key]);
  await store.transact(saying, newId(), () => [{ type: contract.type, data }], { key });
}
