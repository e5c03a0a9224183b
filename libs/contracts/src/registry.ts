import { analyticsContracts } from './analytics/analytics.contracts.js';
import { SERVICES, internalType, type Contract, type ContractData } from './contract.js';
import { customerInformationContracts } from './customer-information/customer-information.contracts.js';
import { UnknownContract } from './errors.js';
import { marketingContracts } from './marketing/marketing.contracts.js';
import { salesContracts } from './sales/sales.contracts.js';
import { serviceContracts } from './service/service.contracts.js';

const all = [
  ...customerInformationContracts,
  ...marketingContracts,
  ...salesContracts,
  ...serviceContracts,
  ...analyticsContracts,
] as const;

/** Every public event, by service and name. */
export const contracts: readonly Contract[] = all;

/** The type of a public event. */
export type PublicEventType = (typeof all)[number]['type'];

/** The data of the public event of a type. */
export type PublicEventData<Type extends PublicEventType> = ContractData<
  Extract<(typeof all)[number], { readonly type: Type }>
>;

const byType = new Map(contracts.map((contract) => [contract.type, contract]));
const internalTypes: ReadonlySet<string> = new Set(SERVICES.map(internalType));

/** The contract of a type; `UnknownContract` where there is none. */
export function contractOf(type: string): Contract {
  const contract = byType.get(type);
  if (contract === undefined) throw new UnknownContract(type);
  return contract;
}

/** Whether a contract has this type. */
export function isPublicType(type: string): type is PublicEventType {
  return byType.has(type);
}

/** Whether the type stands for a position that its service keeps to itself. */
export function isInternalType(type: string): boolean {
  return internalTypes.has(type);
}
