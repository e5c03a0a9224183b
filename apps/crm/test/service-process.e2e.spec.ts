import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { salesService } from '@crm/sales';
import { createTestDatabase, until } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Environment } from '@crm/platform';
import { Deployment } from './spec-kit/deployment.js';

const MAIN = resolve('apps/sales/dist/main.js');
const NOWHERE = '127.0.0.1:1';
const SECRETS = /hunter2|a-client-secret/;

/** What a process of the sales service says and how it ends. */
class Run {
  readonly child: ChildProcess;
  output = '';
  readonly ended: Promise<number | null>;

  constructor(verb: readonly string[], env: Environment) {
    this.child = spawn(process.execPath, [MAIN, ...verb], { env: { PATH: process.env['PATH'], ...env } });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = new Promise((done) => this.child.once('close', done));
  }

  /** A field of the log line that says that the service runs. */
  async running(field: 'url' | 'managementUrl'): Promise<string> {
    return until(() => {
      const line = this.output.split('\n').find((text) => text.includes('"msg":"running"'));
      return line === undefined ? undefined : (JSON.parse(line) as Record<string, string>)[field];
    });
  }
}

describe('the process of a service', () => {
  let deployment: Deployment;
  let env: Environment;
  const runs: Run[] = [];
  const run = (verb: readonly string[], changes: Environment = {}): Run => {
    const started = new Run(verb, { ...env, ...changes });
    runs.push(started);
    return started;
  };
  beforeAll(async () => {
    deployment = await Deployment.open();
    // Neither a broker nor a queue is there.
    env = await deployment.environment(salesService, {
      CRM_PORT: '0',
      CRM_KAFKA_BROKERS: NOWHERE,
      CRM_REDIS_URL: `redis://:hunter2@${NOWHERE}`,
    });
  });
  afterAll(async () => {
    for (const { child } of runs) child.kill('SIGKILL');
    await Promise.all(runs.map(({ ended }) => ended));
    await deployment.close();
  });

  it('lists everything that is wrong with its settings, without a value, and ends with 2', async () => {
    const wrong = run(['start'], {
      CRM_PORT: 'hunter2',
      CRM_CLIENT_SECRET: '',
      CRM_DATABASE_URL: 'mysql://hunter2@db',
      CRM_KAFKA_USERNAME: 'crm',
    });
    expect(await wrong.ended).toBe(2);
    for (const variable of ['CRM_PORT', 'CRM_CLIENT_SECRET', 'CRM_DATABASE_URL', 'CRM_KAFKA_SASL_MECHANISM'])
      expect(wrong.output).toContain(`${variable}: `);
    expect(wrong.output).not.toMatch(SECRETS);
  });

  it('shows what is in force, without secrets', async () => {
    const config = run(['config', '--json'], { CRM_CLIENT_SECRET: 'a-client-secret' });
    expect(await config.ended).toBe(0);
    expect(JSON.parse(config.output)).toMatchObject({
      service: 'sales',
      variables: {
        CRM_KAFKA_BROKERS: { value: NOWHERE, from: 'environment' },
        CRM_MANAGEMENT_ADDRESS: { value: '127.0.0.1', from: 'default' },
        CRM_CLIENT_SECRET: { value: '***', from: 'environment' },
      },
    });
    expect(config.output).not.toMatch(SECRETS);
  });

  it('does not start on a database that was not migrated', async () => {
    const empty = await createTestDatabase();
    const early = run(['start'], { CRM_DATABASE_URL: empty.url });
    expect(await early.ended).toBe(1);
    expect(early.output).toContain('crm migrate sales');
    expect(await run(['migrate'], { CRM_DATABASE_URL: empty.url }).ended).toBe(0);
    const ready = run(['start'], { CRM_DATABASE_URL: empty.url });
    await ready.running('url');
    ready.child.kill('SIGTERM');
    expect(await ready.ended).toBe(0);
    await empty.drop();
  });

  it('takes commands without a broker and without a queue, and says that it is degraded', async () => {
    const sales = run(['start']);
    const placed = await deployment.send('integration', 'POST', `${await sales.running('url')}/v1/orders`, {
      orderRef: 'shop:1',
      partyRef: 'shop:customer',
      orderedAt: '2026-01-31T12:00:00Z',
      total: { amountMinor: 1_000, currency: 'EUR' },
    });
    expect(placed.status).toBe(201);
    const managementUrl = await sales.running('managementUrl');
    const checks = await until(async () => {
      const ready = await fetch(`${managementUrl}/health/ready`);
      const { checks: found } = (await ready.json()) as { checks: Record<string, unknown> };
      return ready.status === 200 && JSON.stringify(found['kafka']).includes('degraded') ? found : undefined;
    });
    expect(checks).toMatchObject({ jobs: { ok: true, detail: { state: 'degraded' } } });
    sales.child.kill('SIGTERM');
    expect(await sales.ended).toBe(0);
    expect(sales.output).not.toMatch(SECRETS);
  });

  it('finishes the request in hand when it is asked to end, and is not ready meanwhile', async () => {
    const sales = run(['start']);
    const url = await sales.running('url');
    const managementUrl = await sales.running('managementUrl');
    const token = await deployment.token('integration');
    let end: () => void = () => undefined;
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(Buffer.from('{"not": "an order"}\n'));
        end = () => {
          controller.close();
        };
      },
    });
    const imported = fetch(`${url}/v1/orders/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body,
      duplex: 'half',
    });
    await until(async () => (await fetch(`${managementUrl}/health/ready`)).status === 200);
    sales.child.kill('SIGTERM');
    await until(async () => (await fetch(`${managementUrl}/health/ready`)).status === 503);
    await until(() =>
      fetch(`${url}/v1/orders`).then(
        () => false,
        () => true,
      ),
    );
    end();
    const answer = await imported;
    expect([answer.status, await answer.json()]).toMatchObject([200, { read: 1, rejected: 1 }]);
    expect(await sales.ended).toBe(0);
    expect(sales.output).toContain('"msg":"stopped"');
  });

  it('ends at once when it is asked twice', async () => {
    const sales = run(['start'], { CRM_DRAIN_SECONDS: '60' });
    await sales.running('url');
    sales.child.kill('SIGTERM');
    await until(() => sales.output.includes('"msg":"stopping"'));
    sales.child.kill('SIGTERM');
    expect(await sales.ended).toBe(1);
  });

  it('says what did not end in time, and ends with 1', async () => {
    const sales = run(['start'], { CRM_DRAIN_SECONDS: '0', CRM_SHUTDOWN_SECONDS: '0' });
    await sales.running('url');
    sales.child.kill('SIGTERM');
    expect(await sales.ended).toBe(1);
    expect(sales.output).toContain('"unfinished":"');
  });
});
