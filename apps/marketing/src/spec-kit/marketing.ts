import type { ServiceDefinition } from '@crm/platform';
import { startTestServices, type TestServices } from '@crm/testing';
import { marketingService } from '../marketing-service.js';
import { neighbour } from './neighbours.js';

/** Marketing, beside a customer-information of the spec's own and neighbours that say what they are told to. */
export function startMarketing(customerInformation: ServiceDefinition): Promise<TestServices> {
  return startTestServices([
    customerInformation,
    marketingService,
    neighbour('analytics'),
    neighbour('sales'),
    neighbour('service'),
  ]);
}
