import { SERVICES } from '@crm/contracts';
import { Command, Option } from 'commander';
import { print, table } from '../output.js';
import { withClient, type TargetOptions } from '../target.js';
import { withTarget } from './target-options.js';

interface Rebuilt {
  readonly switched: boolean;
  readonly events: number;
  readonly tables: readonly {
    readonly table: string;
    readonly live: number;
    readonly rebuilt: number;
    readonly onlyLive: number;
    readonly onlyRebuilt: number;
  }[];
  readonly difference: string | null;
}

export function rebuildCommand(): Command {
  return withTarget(
    new Command('rebuild')
      .description('rebuilds a read model from the first event and switches to it when nothing differs')
      .argument('<projection>')
      .addOption(new Option('--service <service>', 'whose read model it is').choices(SERVICES).makeOptionMandatory())
      .option('--accept <hash>', 'switches although this difference was found'),
  )
    .addHelpText('after', '\nExample:\n  crm rebuild orders --service sales')
    .action(
      async (projection: string, options: TargetOptions & { service: string; accept?: string; json?: boolean }) => {
        const path = `/v1/projections/${options.service}/${encodeURIComponent(projection)}/rebuild`;
        const body = options.accept === undefined ? {} : { accept: options.accept };
        const result = await withClient(options, (client) => client.post<Rebuilt>(path, body));
        const rows = result.tables.map((one) => [one.table, one.live, one.rebuilt, one.onlyLive, one.onlyRebuilt]);
        const verdict = result.switched
          ? 'switched to the rebuilt tables'
          : `not switched: difference ${String(result.difference)}`;
        print(
          options.json,
          result,
          `${table(['table', 'live', 'rebuilt', 'only live', 'only rebuilt'], rows)}\n${String(result.events)} events, ${verdict}`,
        );
        if (!result.switched) process.exitCode = 1;
      },
    );
}
