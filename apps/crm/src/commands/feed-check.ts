import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { SERVICES } from '@crm/contracts';
import {
  checkFeed,
  isWhole,
  receivedEvent,
  type LaneCheck,
  type ReceivedEvent,
  type SourceHeads,
} from '@crm/messaging';
import { Command } from 'commander';
import { RequestRefused } from '../api-client.js';
import { print } from '../output.js';
import { clientAt } from '../target.js';

interface LanesAnswer {
  readonly incarnation: string;
  readonly lanes: readonly { readonly lane: number; readonly head: string }[];
}

interface CheckOptions {
  readonly target?: string;
  readonly token?: string;
  readonly json?: boolean;
}

export function feedCheckCommand(): Command {
  return new Command('check')
    .description('says what is missing of the events that you received')
    .argument(
      '[files...]',
      'lines of the feed, of kcat -J, or CloudEvents as JSON, in any order; default: standard input',
    )
    .option('--target <url>', 'says also how far you are behind these services')
    .option('--token <token>', 'token for --target; on this machine the local stack gives one')
    .option('--json', 'prints JSON')
    .addHelpText(
      'after',
      '\nExits with 1 when something is missing, with --target also when nothing came of a lane that holds something, and when\nno event was received. Who is only behind lacks nothing.\n\nExample:\n  kcat -b 127.0.0.1:4192 -C -t crm.sales.events.v1 -e -J | crm feed check',
    )
    .action(async (files: readonly string[], options: CheckOptions) => {
      const heads = options.target === undefined ? new Map() : await headsAt(options.target, options.token);
      const lanes = await checkFeed(eventsIn(files), heads);
      print(options.json, written(lanes), lanes.length === 0 ? 'no event was received' : lanes.map(textOf).join('\n'));
      if (!isWhole(lanes)) process.exitCode = 1;
    });
}

async function* eventsIn(files: readonly string[]): AsyncGenerator<ReceivedEvent> {
  for (const file of files.length === 0 ? [undefined] : files) {
    const input = file === undefined ? process.stdin : createReadStream(file);
    let number = 0;
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      number += 1;
      if (line.trim() !== '') yield eventAt(line, `${file ?? 'standard input'} line ${String(number)}`);
    }
  }
}

function eventAt(line: string, place: string): ReceivedEvent {
  try {
    return receivedEvent(line);
  } catch (error) {
    throw new Error(`${place} is no event`, { cause: error });
  }
}

/** Of the services that this token may ask. */
async function headsAt(target: string, token: string | undefined): Promise<ReadonlyMap<string, SourceHeads>> {
  const client = (await clientAt(target, token)).as('data');
  const heads = new Map<string, SourceHeads>();
  for (const service of SERVICES)
    try {
      const { incarnation, lanes } = await client.get<LanesAnswer>(`/v1/feeds/${service}/lanes`);
      heads.set(service, { incarnation, heads: lanes.map(({ head }) => BigInt(head)) });
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error;
      process.stderr.write(`crm: ${error.message}\n`);
    }
  return heads;
}

/** Positions as text, as everywhere in JSON. */
function written(lanes: readonly LaneCheck[]): unknown {
  return JSON.parse(
    JSON.stringify(lanes, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  ) as unknown;
}

function textOf(lane: LaneCheck): string {
  const { source, incarnation, duplicates, conflicts, gaps, behind } = lane;
  const missing = gaps.map(({ from, to }) => (from === to ? String(from) : `${String(from)} to ${String(to)}`));
  return [
    `${source} ${incarnation} lane ${String(lane.lane)}: ${String(lane.distinct)} positions up to ${String(lane.last ?? 0n)}`,
    ...(duplicates === 0 ? [] : [`${String(duplicates)} came again`]),
    ...(conflicts === 0 ? [] : [`${String(conflicts)} ARE OTHER EVENTS`]),
    ...(lane.received > 0 ? [] : ['NOTHING CAME']),
    ...(missing.length === 0 ? [] : [`MISSING ${missing.join(', ')}`]),
    ...(behind === null ? [] : [`${String(behind)} behind`]),
  ].join(', ');
}
