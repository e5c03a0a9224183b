import { fingerprintOf } from '@crm/event-sourcing';
import type { ServiceContext } from '../service/service-context.js';

/** Hash of a content that holds personal values: made with a key of the service, so that nobody can guess the content from it. */
export function privateFingerprint({ blindIndex }: Pick<ServiceContext, 'blindIndex'>, content: unknown): string {
  return blindIndex.exact('ref', fingerprintOf(content));
}
