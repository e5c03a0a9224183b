import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { print, progressOf } from '../output.js';
import { withClient, type TargetOptions } from '../target.js';
import { withTarget } from './target-options.js';

interface Imported {
  readonly importId: string;
  readonly read: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly rejected: number;
}

export function importCommand(): Command {
  return withTarget(
    new Command('import')
      .description('imports a CSV or NDJSON file')
      .argument('<noun>', 'parties, orders, or campaigns/<id>/waves')
      .argument('<file>')
      .option('--map <field=column>', 'names the column of a field (CSV; repeatable)', collect, [])
      .option('--wave-ref <ref>', 'name of the wave (waves only)'),
  )
    .addHelpText('after', '\nExample:\n  crm import orders samples/orders.csv --map orderRef=order_no')
    .action(
      async (
        noun: string,
        file: string,
        options: TargetOptions & { json?: boolean; map: readonly string[]; waveRef?: string },
      ) => {
        const { size } = await stat(file);
        const csv = extname(file).toLowerCase() === '.csv';
        const progress = progressOf(`importing ${noun}`);
        const path = `/v1/${noun}/import${options.waveRef === undefined ? '' : `?waveRef=${encodeURIComponent(options.waveRef)}`}`;
        const fieldOf = csv ? columnsOf(options.map) : new Map<string, string>();
        const lines = (): AsyncIterable<string> => linesOf(file, fieldOf, (bytes) => progress.update(bytes, size));
        const result = await withClient(options, (client) =>
          client.import<Imported>(path, lines, csv ? 'text/csv' : 'application/x-ndjson'),
        );
        progress.finish();
        const { read, accepted, duplicates, conflicts, rejected } = result;
        const text = `read ${String(read)}: accepted ${String(accepted)}, duplicates ${String(duplicates)}, conflicts ${String(conflicts)}, rejected ${String(rejected)}`;
        print(options.json, result, `${text}\nimport ${result.importId}`);
        if (rejected + conflicts > 0) process.exitCode = 1;
      },
    );
}

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}

function columnsOf(map: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    map.map((pair) => {
      const [field = '', column = ''] = pair.split('=', 2);
      if (field === '' || column === '') throw new Error(`--map takes field=column, not ${pair}`);
      return [column, field];
    }),
  );
}

/** The lines of a file as they are; of a CSV file the header with its columns renamed to fields. */
async function* linesOf(
  file: string,
  fieldOf: ReadonlyMap<string, string>,
  onRead: (bytes: number) => void,
): AsyncGenerator<string> {
  const stream = createReadStream(file, { encoding: 'utf8' });
  let header = fieldOf.size > 0;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    yield `${header ? renamed(line, fieldOf) : line}\n`;
    header = false;
    onRead(stream.bytesRead);
  }
}

function renamed(header: string, fieldOf: ReadonlyMap<string, string>): string {
  return header
    .replace(/^\uFEFF/, '')
    .split(',')
    .map((column) => fieldOf.get(column.trim().replace(/^"|"$/g, '')) ?? column)
    .join(',');
}
