import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** From an order's acknowledgement until its customer's features show it, on services that run: CRM_TARGET, CRM_TOKEN (role admin). */
const RATE = Number(process.argv[2] ?? 500);
const SECONDS = Number(process.argv[3] ?? 60);
const PER_BATCH = 25;
/** So long services that were just started are slower: their code is compiled by and by. */
const WARM_UP_SECONDS = 60;
const LOOK_AGAIN_MS = 50;
/** Few, since each look costs the services that are measured some milliseconds. */
const SAMPLES_PER_SECOND = 5;
const GIVE_UP_MS = 30_000;

const target = process.env['CRM_TARGET'] ?? 'http://127.0.0.1:4100';
const token = process.env['CRM_TOKEN'];
if (token === undefined) throw new Error('CRM_TOKEN is needed: npm run --silent crm -- token --role admin --stack');
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const run = Date.now().toString(36);

const send = async <Body>(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> => {
  const response = await fetch(new URL(path, target), {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
};

/** Places a batch of orders; the first is that of `partyId`, which nobody has: none of its features are there until this order's are. */
async function placed(batch: number, partyId: string): Promise<void> {
  const items = Array.from({ length: PER_BATCH }, (_, index) => ({
    orderRef: `visible-${run}-${String(batch)}-${String(index)}`,
    ...(index === 0 ? { partyId } : { partyRef: `visible:${String((batch * PER_BATCH + index) % 5_000)}` }),
    orderedAt: '2026-01-15T12:00:00Z',
    total: { amountMinor: 1_000 + index, currency: 'USD' },
  }));
  const { status, body } = await send<{ outcomes: readonly { id?: string; status: string }[] }>(
    'POST',
    '/v1/orders/batch',
    {
      items,
    },
  );
  if (status !== 200 || body.outcomes.some((outcome) => outcome.status !== 'accepted'))
    throw new Error(`a batch was answered with ${String(status)}`);
}

async function sample(batch: number): Promise<number | undefined> {
  const partyId = randomUUID();
  await placed(batch, partyId);
  const acknowledgedAt = performance.now();
  while (performance.now() - acknowledgedAt < GIVE_UP_MS) {
    const features = await send<{ occasions?: number }>('GET', `/v1/customers/${partyId}/features`);
    if (features.status === 200 && (features.body.occasions ?? 0) > 0) return performance.now() - acknowledgedAt;
    await pause(LOOK_AGAIN_MS);
  }
  return undefined;
}

const everyMs = (1000 * PER_BATCH) / RATE;
const sampledOf = Math.max(1, Math.round(1000 / everyMs / SAMPLES_PER_SECOND));
let batches = 0;

/** Places orders at the rate for so long; the samples may still be under way then. */
async function place(seconds: number): Promise<readonly Promise<number | undefined>[]> {
  const samples: Promise<number | undefined>[] = [];
  const startedAt = performance.now();
  for (let sent = 1; sent <= (seconds * 1000) / everyMs; sent++) {
    batches += 1;
    if (batches % sampledOf === 0) samples.push(sample(batches));
    else void placed(batches, randomUUID());
    await pause(Math.max(0, startedAt + sent * everyMs - performance.now()));
  }
  const took = (performance.now() - startedAt) / 1000;
  process.stdout.write(`${((seconds * RATE) / took).toFixed(0)} orders/s for ${took.toFixed(0)} s\n`);
  return samples;
}

async function tell(when: string, samples: readonly Promise<number | undefined>[]): Promise<void> {
  const times = await Promise.all(samples);
  const seen = times.filter((time) => time !== undefined).sort((left, right) => left - right);
  const at = (share: number): string =>
    (seen[Math.min(seen.length - 1, Math.floor(seen.length * share))] ?? Number.NaN).toFixed(0);
  process.stdout.write(
    `${when}: ${String(seen.length)} of ${String(times.length)} samples seen; acknowledged to visible in the features: ` +
      `p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms\n`,
  );
}

const warmUp = await place(WARM_UP_SECONDS);
const measured = await place(SECONDS);
await tell('warm-up', warmUp);
await tell('measured', measured);
