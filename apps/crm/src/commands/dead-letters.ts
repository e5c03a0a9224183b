import { SERVICES, type ServiceName } from '@crm/contracts';
import { Command } from 'commander';
import type { ApiClient } from '../api-client.js';
import { print, table } from '../output.js';
import { withClient, type TargetOptions } from '../target.js';
import { withTarget } from './target-options.js';

interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly source: string;
  readonly key: string;
  readonly type: string;
  readonly errorCode: string;
  readonly status: string;
}

const list = async (client: ApiClient): Promise<readonly (DeadLetter & { readonly service: ServiceName })[]> => {
  const lists = SERVICES.map(async (service) => {
    const { items } = await client.get<{ readonly items: readonly DeadLetter[] }>(`/v1/dead-letters/${service}`);
    return items.map((item) => ({ service, ...item }));
  });
  return (await Promise.all(lists)).flat();
};

export function deadLettersCommand(): Command {
  return withTarget(
    new Command('dead-letters')
      .description('lists what consumers could not handle; replays or discards it')
      .option('--replay <id>', 'handles the parked events of that event’s key again, in order')
      .option('--discard <id>', 'gives that event up'),
  )
    .addHelpText('after', '\nExample:\n  crm dead-letters\n  crm dead-letters --replay <id>')
    .action(async (options: TargetOptions & { replay?: string; discard?: string; json?: boolean }) => {
      const result = await withClient(options, async (client) => {
        const letters = await list(client);
        const wanted = options.replay ?? options.discard;
        if (wanted === undefined) return { letters };
        const letter = letters.find(({ id }) => id === wanted);
        if (letter === undefined) throw new Error(`there is no dead letter ${wanted}`);
        const { service, consumer, source, key } = letter;
        if (options.discard !== undefined) return client.post<object>(`/v1/dead-letters/${service}/${wanted}/discard`);
        return client.post<object>(`/v1/dead-letters/${service}/replay`, { consumer, source, key });
      });
      const letters = 'letters' in result ? (result.letters as Awaited<ReturnType<typeof list>>) : undefined;
      const rows = letters?.map(({ id, service, consumer, type, errorCode, status }) => [
        id,
        service,
        consumer,
        type,
        errorCode,
        status,
      ]);
      const text =
        rows === undefined
          ? 'done'
          : rows.length === 0
            ? 'no dead letters'
            : table(['id', 'service', 'consumer', 'event', 'error', 'status'], rows);
      print(options.json, letters ?? result, text);
    });
}
