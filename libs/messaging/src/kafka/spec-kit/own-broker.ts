import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findProgram,
  freePorts,
  startFaultProxy,
  startKafka,
  type FaultProxy,
  type LocalKafka,
} from '@crm/local-stack';
import type { KafkaSettings } from '../kafka-settings.js';

/** Whether a broker of a suite's own can be started here. */
export const canStartBroker = (): boolean => findProgram('java') !== undefined;

/** A broker that nobody else is on, so that it can be taken away; also to be reached through a proxy that fails. */
export class OwnBroker {
  private constructor(
    private readonly dataDir: string,
    private readonly ports: {
      readonly plain: number;
      readonly controller: number;
      readonly proxied: number;
      readonly secured: number;
    },
    private readonly users: Readonly<Record<string, string>> | undefined,
    readonly proxy: FaultProxy,
    private kafka: LocalKafka,
  ) {}

  /** With users, one of its listeners lets nobody in but them, and to nothing that was not granted. */
  static async start(users?: Readonly<Record<string, string>>): Promise<OwnBroker> {
    const dataDir = await mkdtemp(join(tmpdir(), 'crm-test-broker-'));
    const [plain = 0, controller = 0, proxied = 0, secured = 0] = await freePorts(4);
    const proxy = await startFaultProxy({ listen: { port: 0 }, target: { port: proxied } });
    const ports = { plain, controller, proxied, secured };
    return new OwnBroker(dataDir, ports, users, proxy, await startKafka(optionsOf(dataDir, ports, users, proxy)));
  }

  get direct(): KafkaSettings {
    return { brokers: [`127.0.0.1:${String(this.ports.plain)}`], clientId: 'test' };
  }

  get throughProxy(): KafkaSettings {
    return { brokers: [`127.0.0.1:${String(this.proxy.port)}`], clientId: 'test' };
  }

  as(user: string): KafkaSettings {
    const password = this.users?.[user] ?? '';
    return {
      brokers: [`127.0.0.1:${String(this.ports.secured)}`],
      clientId: user,
      sasl: { mechanism: 'plain', username: user, password },
    };
  }

  /** As in a power cut. */
  async kill(): Promise<void> {
    await this.kafka.kill();
  }

  async restart(): Promise<void> {
    this.kafka = await startKafka(optionsOf(this.dataDir, this.ports, this.users, this.proxy));
  }

  /** Takes away everything that it held. */
  async lose(): Promise<void> {
    await rm(join(this.dataDir, 'log'), { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await this.proxy.close();
    await this.kafka.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

function optionsOf(
  dataDir: string,
  ports: { readonly plain: number; readonly controller: number; readonly proxied: number; readonly secured: number },
  users: Readonly<Record<string, string>> | undefined,
  proxy: FaultProxy,
): Parameters<typeof startKafka>[0] {
  return {
    dataDir,
    port: ports.plain,
    controllerPort: ports.controller,
    heap: '256m',
    proxied: { port: ports.proxied, advertisedPort: proxy.port },
    ...(users !== undefined && { secured: { port: ports.secured, users } }),
  };
}
