import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isRunning } from '../processes/identity.js';
import { freePorts, isTaken } from '../processes/ports.js';
import { findProgram } from '../programs.js';
import { startKafka, type LocalKafka } from './kafka.js';
import { kafkaAnswers } from './readiness.js';
import type { KafkaOptions } from './settings.js';

// The suites may also run on Docker, or on servers of somebody else.
const describeWithJava = findProgram('java') === undefined ? describe.skip : describe;

describeWithJava('a broker of its own (skipped where Java is not installed)', () => {
  let folder: string;
  let options: KafkaOptions;
  let kafka: LocalKafka;

  const clusterId = async (): Promise<string | undefined> =>
    /cluster\.id=(.+)/.exec(await readFile(join(folder, 'log', 'meta.properties'), 'utf8'))?.[1];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-kafka-'));
    const [port = 0, controllerPort = 0, secured = 0, proxied = 0] = await freePorts(4);
    options = {
      dataDir: folder,
      port,
      controllerPort,
      proxied: { port: proxied, advertisedPort: 9 },
      secured: { port: secured, users: { marketing: 'canary' } },
    };
    kafka = await startKafka(options);
  });

  afterAll(async () => {
    await kafka.kill();
    await rm(folder, { recursive: true });
  });

  it('answers where it says, on all its listeners', async () => {
    expect(kafka.brokers).toBe(`127.0.0.1:${String(options.port)}`);
    expect(await kafkaAnswers(options.port)).toBe(true);
    expect(await kafkaAnswers(options.proxied!.port)).toBe(true);
    expect(await isTaken(options.secured!.port)).toBe(true);
  });

  it('tells nobody who has not signed in anything on the secured listener', async () => {
    expect(await kafkaAnswers(options.secured!.port)).toBe(false);
  });

  it('keeps passwords out of its command line, and its settings for the owner', async () => {
    expect(await readFile(`/proc/${String(kafka.pid)}/cmdline`, 'utf8')).not.toContain('canary');
    expect((await stat(join(folder, 'server.properties'))).mode & 0o777).toBe(0o600);
  });

  it('says what is wrong when its port is taken, or when Kafka refuses a setting', async () => {
    const dataDir = join(folder, 'second');
    await expect(startKafka({ ...options, dataDir })).rejects.toThrow(`port ${String(options.port)} is taken`);
    const [port = 0, controllerPort = 0] = await freePorts(2);
    const properties = { 'num.network.threads': 'many' };
    await expect(startKafka({ dataDir, port, controllerPort, properties })).rejects.toThrow('num.network.threads');
  });

  it('comes back as the same cluster after a stop, and after a power cut', async () => {
    const before = await clusterId();
    await kafka.stop();
    expect([isRunning(kafka), await isTaken(options.port)]).toEqual([false, false]);
    kafka = await startKafka(options);
    await kafka.kill();
    kafka = await startKafka(options);
    expect(await clusterId()).toBe(before);
  });
});
