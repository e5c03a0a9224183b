import { Command } from 'commander';
import { startStack, type Stack } from '../embedded/embedded-stack.js';

export const DATA_DIR = ['--data-dir <folder>', 'where everything is kept', './.crm'] as const;

/** Resolves when the process is asked to end. */
export async function untilStopped(stack: Stack): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  process.stderr.write('stopping\n');
  await stack.stop();
}

export function upCommand(): Command {
  return new Command('up')
    .description('starts all services on an embedded PostgreSQL')
    .option(...DATA_DIR)
    .option('--port <port>', 'port of the HTTP interface; 0 for any free one', '3000')
    .option('--json', 'prints the address as JSON')
    .addHelpText('after', '\nExample:\n  crm up --port 3000\n  curl http://127.0.0.1:3000/health/ready')
    .action(async (options: { dataDir: string; port: string; json?: boolean }) => {
      const stack = await startStack({
        dataDir: options.dataDir,
        port: Number(options.port),
        onProgress: (what) => process.stderr.write(`${what}\n`),
      });
      if (options.json === true)
        process.stdout.write(`${JSON.stringify({ url: stack.url, docs: `${stack.url}/docs` })}\n`);
      else process.stdout.write(`listening on ${stack.url}\nSwagger UI at ${stack.url}/docs\nstop with Ctrl-C\n`);
      await untilStopped(stack);
    });
}
