import type { TransactOptions } from '@crm/event-sourcing';
import type { CommandRequest, ServiceContext } from '@crm/platform';

/** Options of a command whose body holds personal values: the hash of its content, which is stored, is made with a key, so that nobody can guess the content from it. */
export function privateOptions(
  { blindIndex }: Pick<ServiceContext, 'blindIndex'>,
  command: CommandRequest,
): TransactOptions {
  const { fingerprint, ...options } = command.options;
  return fingerprint === undefined ? options : { ...options, fingerprint: blindIndex.exact('ref', fingerprint) };
}
