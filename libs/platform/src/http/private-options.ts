import { fingerprintOf, type TransactOptions } from '@crm/event-sourcing';
import type { ServiceContext } from '../service/service-context.js';
import type { CommandRequest } from './command-request.js';

/** Hash of a content that holds personal values: made with a key of the service, so that nobody can guess the content from it. */
export function privateFingerprint({ blindIndex }: Pick<ServiceContext, 'blindIndex'>, content: unknown): string {
  return blindIndex.exact('ref', fingerprintOf(content));
}

/** Options of a command whose body holds personal values. */
export function privateOptions(
  context: Pick<ServiceContext, 'blindIndex'>,
  { options }: CommandRequest,
): TransactOptions {
  const { fingerprint, ...rest } = options;
  return fingerprint === undefined ? rest : { ...rest, fingerprint: privateFingerprint(context, fingerprint) };
}
