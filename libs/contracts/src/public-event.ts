import type { Contract, ContractData } from './contract.js';

/** What a service says to the others: a type and data that keep a contract. */
export interface PublicEvent<C extends Contract = Contract> {
  readonly type: C['type'];
  readonly data: ContractData<C>;
}

/** An event of this contract; the compiler checks its data, `validatePublished` checks it again before it leaves. */
export function publicEvent<C extends Contract>(contract: C, data: ContractData<C>): PublicEvent<C> {
  return { type: contract.type, data };
}
