import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { ApiClient } from '../api-client.js';
import { AcknowledgementLog } from '../demo/acknowledgements.js';
import type { DataSet } from '../demo/data-set.js';
import { fileData } from '../demo/file-data.js';
import { runDemo } from '../demo/run-demo.js';
import { simulatedData } from '../demo/simulated-data.js';
import { fileIn, startStack } from '../embedded/embedded-stack.js';
import { clientAt, mintFor } from '../target.js';
import { DATA_DIR, untilStopped } from './up.js';

interface DemoOptions {
  readonly dataDir: string;
  readonly port: string;
  readonly orders?: string;
  readonly wave?: string;
  readonly target?: string;
  readonly token?: string;
  readonly exit?: boolean;
  readonly json?: string;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('closes the loop on simulated or real data, through the public interface')
    .option(...DATA_DIR)
    .option('--port <port>', 'port of the HTTP interface; 0 for any free one', '3000')
    .option('--orders <file>', 'purchases: master_id,customer_id,YYYYMMDD,quantity,dollars')
    .option('--wave <file>', 'an e-mail test with the columns segment,visit,conversion,spend at the end')
    .option('--target <url>', 'services that run elsewhere')
    .option('--token <token>', 'admin token for --target; on this machine the local stack gives one')
    .option('--exit', 'ends after the last line instead of leaving the services running')
    .option('--json <file>', 'writes loops, results, truth and timings to a file')
    .addHelpText(
      'after',
      '\nExamples:\n  crm demo --exit\n  crm demo --orders cdnow_sample.csv --wave hillstrom.csv --json demo.json',
    )
    .action(demo);
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function demo(options: DemoOptions): Promise<void> {
  const data = await dataOf(options);
  if (options.target !== undefined) {
    const client = await clientAt(options.target, options.token);
    await finish(options, await runDemo(client, data, new AcknowledgementLog(undefined), say));
    return;
  }
  mkdirSync(options.dataDir, { recursive: true });
  const stack = await startStack({
    dataDir: options.dataDir,
    port: Number(options.port),
    onProgress: (what) => say(`  ${what}`),
  });
  const acknowledgements = new AcknowledgementLog(fileIn(options.dataDir, 'acknowledgements.ndjson'));
  try {
    await finish(options, await runDemo(new ApiClient(stack.url, mintFor(stack.issuer)), data, acknowledgements, say));
  } catch (error) {
    await stack.stop();
    throw error;
  }
  if (options.exit === true) {
    await stack.stop();
    return;
  }
  const token = await stack.issuer.mint({ sub: 'developer', roles: ['admin'] });
  say(
    `\nThe services go on at ${stack.url}\nSwagger UI: ${stack.url}/docs\nToken (admin, 12 hours): ${token}\nStop with Ctrl-C`,
  );
  await untilStopped(stack);
}

async function dataOf({ orders, wave }: DemoOptions): Promise<DataSet> {
  if (orders === undefined && wave === undefined) return simulatedData();
  if (orders === undefined || wave === undefined) throw new Error('--orders and --wave go together');
  return fileData(orders, wave);
}

async function finish({ json }: DemoOptions, result: unknown): Promise<void> {
  if (json !== undefined) await writeFile(json, `${JSON.stringify(result, undefined, 2)}\n`);
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  say(`${peakMiB.toFixed(0)} MiB resident in Node at most`);
}
