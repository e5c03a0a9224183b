import type { ServiceName } from '@crm/contracts';

/** Where each service listens unless told otherwise: the same ports in every way to run the product. */
export const PORTS = {
  'customer-information': 4101,
  marketing: 4102,
  sales: 4103,
  service: 4104,
  analytics: 4105,
} as const satisfies Record<ServiceName, number>;

/** From a service's port to its management port. */
export const MANAGEMENT_OFFSET = 100;

/** The variable that tells the others where a service is. */
export function urlVariableOf(service: ServiceName): string {
  return `CRM_${service.replaceAll('-', '_').toUpperCase()}_URL`;
}
