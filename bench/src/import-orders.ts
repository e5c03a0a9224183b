import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ORDERS = Number(process.argv[2] ?? 50_000);
const ROUNDS = 3;
const CUSTOMERS = 10_000;
const crm = fileURLToPath(new URL('../../apps/crm/dist/main.js', import.meta.url));

/** Lines of one round; every reference is new, so every line is an order that is stored. */
function* lines(round: number): Generator<string> {
  for (let index = 0; index < ORDERS; index++) {
    const order = {
      orderRef: `bench-${String(round)}-${String(index)}`,
      partyRef: `bench:${String(index % CUSTOMERS)}`,
      orderedAt: '2026-01-15T12:00:00Z',
      total: { amountMinor: 1000 + (index % 5000), currency: 'USD' },
    };
    yield `${JSON.stringify(order)}\n`;
  }
}

async function importOnce(url: string, token: string, round: number): Promise<number> {
  const encoder = new TextEncoder();
  const chunks = function* (): Generator<Uint8Array> {
    let chunk = '';
    for (const line of lines(round)) {
      chunk += line;
      if (chunk.length < 65_536) continue;
      yield encoder.encode(chunk);
      chunk = '';
    }
    yield encoder.encode(chunk);
  };
  const started = performance.now();
  const response = await fetch(new URL('/v1/orders/import', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    body: ReadableStream.from(chunks()),
    duplex: 'half',
  });
  const { accepted } = (await response.json()) as { readonly accepted: number };
  if (accepted !== ORDERS) throw new Error(`${String(accepted)} of ${String(ORDERS)} orders were accepted`);
  return ORDERS / ((performance.now() - started) / 1000);
}

async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output }))
    return (JSON.parse(line) as { readonly url: string }).url;
  throw new Error('the services did not start');
}

const folder = await mkdtemp(join(tmpdir(), 'crm-bench-'));
const server = spawn(process.execPath, [crm, 'up', '--data-dir', folder, '--port', '0', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await addressOf(server.stdout);
  const token = spawnSync(process.execPath, [crm, 'token', '--role', 'integration', '--data-dir', folder], {
    encoding: 'utf8',
  }).stdout.trim();
  process.stdout.write(
    `import of ${String(ORDERS)} orders over HTTP into all five services on one embedded PostgreSQL\n`,
  );
  for (let round = 1; round <= ROUNDS; round++)
    process.stdout.write(
      `round ${String(round)}: ${(await importOnce(url, token, round)).toFixed(0)} orders/s acknowledged\n`,
    );
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  await rm(folder, { recursive: true, force: true });
}
