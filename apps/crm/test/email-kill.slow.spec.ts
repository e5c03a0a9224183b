import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyedRandom } from '@crm/customer-models';
import { removeEmbeddedPostgres } from '@crm/embedded-postgres';
import { newId } from '@crm/event-sourcing';
import { DevelopmentIssuer, type Role } from '@crm/platform';
import { startSmtpServer, until, type TestSmtpServer } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const MAIN = join(process.cwd(), 'apps', 'crm', 'dist', 'main.js');
const PEOPLE = Number(process.env['CRM_PEOPLE'] ?? 2_000);
const KILLS = Number(process.env['CRM_KILLS'] ?? 5);
const SEED = process.env['CRM_SEED'] ?? String(Date.now());
const UNCLEAR_PER_KILL = 16;
const BATCH = 500;
/** An attempt is given up after two minutes; the rest is for a slow machine. */
const LONGEST_MS = 900_000;

describe(`the sender of ${String(PEOPLE)} messages is killed ${String(KILLS)} times (CRM_SEED=${SEED})`, () => {
  const random = keyedRandom(SEED, 'kills');
  let folder: string;
  let dataDir: string;
  let server: TestSmtpServer;
  let sender: ChildProcess | undefined;
  let url = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-mail-kill-'));
    dataDir = join(folder, 'data');
    server = await startSmtpServer();
  });
  afterAll(async () => {
    await kill();
    await removeEmbeddedPostgres(dataDir);
    await rm(folder, { recursive: true, force: true });
    await server.stop();
  });

  async function start(): Promise<void> {
    const started = spawn(process.execPath, [MAIN, 'up', '--json', '--data-dir', dataDir, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        CRM_LOG_LEVEL: 'error',
        CRM_SMTP_URL: `smtp://127.0.0.1:${String(server.port)}`,
        CRM_SMTP_POOL: '16',
        CRM_SMTP_PER_DOMAIN_PER_SECOND: '1000',
        CRM_MAIL_FROM: 'offers@shop.example',
        CRM_PUBLIC_URL: 'https://crm.shop.example',
        CRM_BOUNCE_DOMAIN: 'bounces.shop.example',
        CRM_MAIL_LINK_KEY: 'a key for these specs only',
      },
    });
    sender = started;
    url = await new Promise<string>((resolve, reject) => {
      let output = '';
      started.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('\n')) resolve((JSON.parse(output.slice(0, output.indexOf('\n'))) as { url: string }).url);
      });
      started.once('exit', (code) => {
        reject(new Error(`the services did not start: ${String(code)}`));
      });
    });
  }

  async function kill(): Promise<void> {
    if (sender?.exitCode !== null || sender.signalCode !== null) return;
    const ended = new Promise((resolve) => sender?.once('exit', resolve));
    sender.kill('SIGKILL');
    await ended;
  }

  async function call<Body>(role: Role, method: string, path: string, body?: unknown): Promise<Body> {
    const issuer = await DevelopmentIssuer.open({ folder: dataDir, nodeEnv: undefined });
    const answer = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${await issuer.mint({ sub: 'spec', roles: [role] })}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${String(answer.status)}`);
    return (await answer.json()) as Body;
  }

  /** Customers who agreed to be written to, and bought once. */
  async function customers(): Promise<void> {
    for (let from = 0; from < PEOPLE; from += BATCH) {
      const refs = Array.from({ length: Math.min(BATCH, PEOPLE - from) }, (_, index) => String(from + index));
      await call('integration', 'POST', '/v1/parties/batch', {
        items: refs.map((ref) => ({
          partyRef: `kill:${ref}`,
          kind: 'person',
          name: { full: `Customer ${ref}` },
          contactPoints: [{ kind: 'email', value: `customer-${ref}@shop-${String(Number(ref) % 200)}.example` }],
          consents: [{ purpose: 'marketing', channel: 'email', state: 'granted' }],
        })),
      });
      await call('integration', 'POST', '/v1/orders/batch', {
        items: refs.map((ref) => ({
          orderRef: `kill:${ref}`,
          partyRef: `kill:${ref}`,
          orderedAt: '2026-01-05T10:00:00Z',
          total: { amountMinor: 1_000, currency: 'USD' },
        })),
      });
    }
  }

  /** Sends a campaign to all of them; answers with the wave. */
  async function campaign(): Promise<string> {
    const [campaignId, segmentId, targetListId] = [newId(), newId(), newId()];
    const money = { amountMinor: 100, currency: 'USD' };
    await call('marketer', 'POST', '/v1/campaigns', {
      ...{ campaignId, name: 'Ten per cent off', objective: 'develop', purpose: 'marketing', channel: 'email' },
      offer: { code: 'TEN', text: 'Ten per cent off\nOn your next order' },
      period: { from: '2026-01-01T00:00:00Z', to: '2126-01-01T00:00:00Z' },
      ...{ budget: money, costPerContact: money, control: { waivedBy: 'the spec' } },
      response: { windowDays: 30, conversion: 'order' },
    });
    await call('marketer', 'POST', `/v1/campaigns/${campaignId}/approve`, {});
    const where = { feature: 'occasions', gte: 1 };
    await call('marketer', 'POST', '/v1/segments', { segmentId, name: 'Everybody', where });
    // Analytics has to have heard of the campaign first, behind all that was bought.
    await until(() =>
      call('marketer', 'POST', '/v1/target-lists', { targetListId, campaignId, segmentId }).catch((error: unknown) => {
        if (!String(error).endsWith(' 409')) throw error;
      }),
    );
    const list = await until(async () => {
      const { loopId, counts } = await call<{ loopId: string; counts: { accepted: number } }>(
        'marketer',
        'GET',
        `/v1/target-lists/${targetListId}`,
      );
      return counts.accepted === PEOPLE ? loopId : undefined;
    }, LONGEST_MS);
    return list;
  }

  const statesOf = async (waveId: string): Promise<Readonly<Record<string, number>>> =>
    (await call<{ treatments: Record<string, number> }>('marketer', 'GET', `/v1/waves/${waveId}`)).treatments;

  const settled = (states: Readonly<Record<string, number>>): typeof states | undefined => {
    const { presented = 0, skipped = 0, undetermined = 0 } = states;
    return presented + skipped + undetermined === PEOPLE ? states : undefined;
  };

  /** Waits for the next message; false if none is left to be sent, since those whose outcome is unclear are not sent again. */
  async function isStillSending(waveId: string): Promise<boolean> {
    const before = server.accepted.length;
    const next = async (): Promise<'message' | 'end' | undefined> => {
      if (server.accepted.length > before) return 'message';
      return settled(await statesOf(waveId)) && 'end';
    };
    return (await until(next, LONGEST_MS)) === 'message';
  }

  async function treatmentIds(waveId: string, state: string): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    for (let after = ''; ;) {
      const path = `/v1/treatments?limit=200&filter=waveId[eq]:${waveId},state[eq]:${state}${after}`;
      const page = await call<{ items: { treatmentId: string }[]; next: string | null }>('marketer', 'GET', path);
      for (const { treatmentId } of page.items) ids.add(treatmentId);
      if (page.next === null) return ids;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }

  it(
    'sends each of them at most once, and knows of nearly all what became of them',
    async () => {
      await start();
      await customers();
      const waveId = await campaign();
      let kills = 0;
      while (kills < KILLS && (await isStillSending(waveId))) {
        await sleep(random.uniform() * 5_000);
        await kill();
        await start();
        kills++;
      }
      const states = await until(async () => settled(await statesOf(waveId)), LONGEST_MS);
      const { presented = 0, undetermined = 0, ...others } = states;
      process.stdout.write(
        `${String(kills)} kills: ${String(server.accepted.length)} messages taken, ${String(presented)} presented, ${String(undetermined)} undetermined\n`,
      );
      const taken = server.accepted.map(({ treatmentId }) => treatmentId ?? '');
      expect([new Set(taken).size, others]).toEqual([taken.length, {}]);
      expect(undetermined).toBeLessThanOrEqual(UNCLEAR_PER_KILL * kills);
      const sent = new Set(taken);
      const [said, unclear] = [await treatmentIds(waveId, 'presented'), await treatmentIds(waveId, 'undetermined')];
      expect([...said].filter((id) => !sent.has(id))).toEqual([]);
      expect([...sent].filter((id) => !said.has(id) && !unclear.has(id))).toEqual([]);
    },
    LONGEST_MS,
  );
});
