import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { LANES } from '@crm/event-sourcing';
import { findProgram, freePorts, startKafka, type LocalKafka } from '@crm/local-stack';
import { applyTopics, checkFeed, receivedEvent } from '@crm/messaging';
import { createLogger, runService, serviceConfig, type Environment, type ServiceProcess } from '@crm/platform';
import { salesService } from '@crm/sales';
import { createTestDatabase, until, type TestDatabase } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Deployment } from './spec-kit/deployment.js';

const execute = promisify(execFile);
const SINK = resolve('samples/kafka-sink.mjs');
const ACCOUNT = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_USERNAME: 'warehouse', KAFKA_PASSWORD: 'a password' };
const SELF_SIGNED = 'req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1';
const LANDED = `SELECT source, incarnation, lane, position::text AS position, event_id AS "eventId", type, key, data,
  occurred_at AS "occurredAt", recorded_at AS "recordedAt" FROM crm_event`;

/** Of this suite's own, since the samples know topics by their real names; who comes by the secured port needs TLS and SASL. */
async function startBroker(dataDir: string, cert: string, secured: number): Promise<LocalKafka> {
  const [[port = 0, controllerPort = 0], pair] = [await freePorts(2), join(dataDir, 'pair.pem')];
  await execute('openssl', [...SELF_SIGNED.split(' '), '-keyout', pair, '-out', cert]);
  await appendFile(pair, await readFile(cert));
  return startKafka({
    ...{ dataDir, port, controllerPort },
    secured: { port: secured, users: { warehouse: ACCOUNT.KAFKA_PASSWORD } },
    properties: {
      'listener.security.protocol.map': 'PLAIN:PLAINTEXT,SECURED:SASL_SSL,CONTROLLER:PLAINTEXT',
      'listener.name.secured.ssl.keystore.type': 'PEM',
      'listener.name.secured.ssl.keystore.location': pair,
      'super.users': 'User:ANONYMOUS;User:warehouse',
    },
  });
}

// Without Java none with access control can be started, even where Docker gives the other brokers.
const canStart = findProgram('java') !== undefined && spawnSync('openssl', ['version']).status === 0;

(canStart ? describe : describe.skip)('the samples for data teams', () => {
  let folder: string;
  let kafka: LocalKafka;
  let deployment: Deployment;
  let sales: ServiceProcess;
  let warehouse: TestDatabase;
  let env: Environment;
  const sinks: ChildProcess[] = [];
  let placed = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-samples-'));
    const [cert, [port = 0]] = [join(folder, 'cert.pem'), await freePorts(1)];
    kafka = await startBroker(folder, cert, port);
    [deployment, warehouse] = await Promise.all([Deployment.open(), createTestDatabase()]);
    const client = { brokers: [kafka.brokers], clientId: 'test' };
    await applyTopics(client, ['sales'], { partitions: LANES, replicationFactor: 1 });
    const settings = await deployment.environment(salesService, { CRM_KAFKA_BROKERS: kafka.brokers });
    const options = { logger: createLogger({ service: 'sales', level: 'silent' }), onStuck: () => undefined };
    sales = await runService(salesService, serviceConfig(salesService, settings), options);
    const wish = { name: 'warehouse', roles: ['data'] };
    const { body } = await deployment.send('admin', 'POST', `${sales.url}/v1/api-keys/sales`, wish);
    const brokers = { KAFKA_BROKERS: `127.0.0.1:${String(port)}`, KAFKA_TLS: 'true', KAFKA_TLS_CA: cert, ...ACCOUNT };
    env = { ...brokers, DATABASE_URL: warehouse.url, CRM_URL: sales.url, CRM_API_KEY: String(body.key) };
  });
  afterAll(async () => {
    for (const child of sinks) child.kill('SIGKILL');
    // Whatever came up before something did not.
    await (sales as ServiceProcess | undefined)?.stop();
    const opened = [deployment, warehouse, kafka] as readonly [Deployment?, TestDatabase?, LocalKafka?];
    await Promise.all([opened[0]?.close(), opened[1]?.drop(), opened[2]?.kill()]);
    await rm(folder, { recursive: true });
  });

  const follow = async (cursors: string): Promise<readonly string[]> => {
    const args = [resolve('samples/follow-feed.mjs'), 'sales', join(folder, cursors), sales.url];
    const { stdout } = await execute(process.execPath, args, { env, maxBuffer: Infinity });
    return stdout.trimEnd().split('\n');
  };
  /** One that goes on with the topic: it has landed its snapshot. */
  const sink = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [SINK, 'sales'], { env });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
    sinks.push(child);
    await until(() => words.includes('snapshot of sales'));
    return child;
  };
  /** Most orders are of one customer, whose lane soon holds more than a page of the feed. */
  const place = async (orders: number): Promise<void> => {
    const total = { amountMinor: 1_000, currency: 'EUR' };
    const items = Array.from({ length: orders }, () => {
      const partyRef = ++placed % 16 === 0 ? `shop:${String(placed)}` : 'shop:regular';
      return { orderRef: `shop:${String(placed)}`, partyRef, orderedAt: '2026-01-01T12:00:00.5Z', total };
    });
    expect((await deployment.send('integration', 'POST', `${sales.url}/v1/orders/batch`, { items })).status).toBe(200);
  };
  const landed = async (): Promise<readonly string[]> =>
    (await warehouse.pool.query<object>(LANDED)).rows.map((row) => JSON.stringify(row));
  const count = async (): Promise<bigint> =>
    (await warehouse.pool.query<{ n: bigint }>('SELECT count(*) AS n FROM crm_event')).rows[0]?.n ?? 0n;
  const caughtUp = async (): Promise<void> => {
    const total = (await sales.service.context.store.log.heads()).reduce((sum, head) => sum + head);
    await until(async () => (await count()) === total, 60_000);
  };
  /** Every position that the log holds now came, and once. */
  const expectAll = async (lines: readonly string[]): Promise<void> => {
    const { log } = sales.service.context.store;
    const source = { incarnation: await log.incarnation(), heads: await log.heads() };
    const lanes = await checkFeed(lines.map(receivedEvent), new Map([['sales', source]]));
    expect(lanes.filter(({ gaps, duplicates, behind }) => gaps.length + duplicates > 0 || behind !== 0n)).toEqual([]);
    expect(lines.length).toBeGreaterThanOrEqual(placed);
  };

  it('follow the feed to its heads, and go on from there', async () => {
    for (const orders of [500, 500, 100]) await place(orders);
    const first = await follow('cursors.json');
    await place(20);
    await expectAll([...first, ...(await follow('cursors.json'))]);
  });

  it('land a snapshot and then the topic, also where two do it at once', async () => {
    const child = await sink();
    await place(100);
    await execute(process.execPath, [SINK, 'sales', '--exit'], { env });
    await place(50);
    await caughtUp();
    await expectAll(await landed());
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('land everything once when they are killed and start again', async () => {
    const child = await sink();
    const [before, placing] = [await count(), place(300)];
    await until(async () => (await count()) > before);
    child.kill('SIGKILL');
    await placing;
    await sink();
    await expectAll(await landed());
    // The broker gives the lanes of the one that was killed to another when its session ends.
    await place(20);
    await caughtUp();
    const shown = new Map((await follow('anew.json')).map((line) => [receivedEvent(line).id, line]));
    for (const line of await landed())
      expect(JSON.parse(shown.get(receivedEvent(line).id) ?? '')).toMatchObject(JSON.parse(line));
  });
});
