import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LANES } from '@crm/event-sourcing';
import { freePorts, startKafka, type LocalKafka } from '@crm/local-stack';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import type { KafkaSettings } from '../kafka-settings.js';

const HEAP = '256m';
const FORMATTED = 'meta.properties';

/** Two brokers, among which partitions can be moved. */
export class OwnCluster {
  private constructor(
    private readonly folder: string,
    private readonly brokers: readonly LocalKafka[],
    readonly settings: KafkaSettings,
    private readonly admin: Admin,
  ) {}

  static async start(): Promise<OwnCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'crm-test-cluster-'));
    const [first = 0, controller = 0, second = 0, unused = 0] = await freePorts(4);
    const dataDir = (broker: number): string => join(folder, String(broker));
    const brokers = [await startKafka({ dataDir: dataDir(1), port: first, controllerPort: controller, heap: HEAP })];
    await formatAlike(dataDir(1), dataDir(2));
    const listener = `PLAIN://127.0.0.1:${String(second)}`;
    const properties = {
      ...{ 'process.roles': 'broker', 'node.id': '2', listeners: listener, 'advertised.listeners': listener },
      'controller.quorum.voters': `1@127.0.0.1:${String(controller)}`,
    };
    brokers.push(
      await startKafka({ dataDir: dataDir(2), port: second, controllerPort: unused, heap: HEAP, properties }),
    );
    const settings = { brokers: [first, second].map((port) => `127.0.0.1:${String(port)}`), clientId: 'test' };
    const admin = new Kafka({ ...settings, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    return new OwnCluster(folder, brokers, settings, admin);
  }

  /** Gives about half of a topic's partitions to the other broker than the last time. */
  async moveSome(topic: string, round: number): Promise<void> {
    const partitionAssignment = Array.from({ length: LANES }, (_, partition) => ({
      partition,
      replicas: [1 + ((partition * round) % 3 === 0 ? round % 2 : partition % 2)],
    }));
    await this.admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
  }

  async stop(): Promise<void> {
    await this.admin.disconnect();
    for (const broker of this.brokers) await broker.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A second broker's storage in the cluster of the first: formatted by itself it would begin a cluster of its own. */
async function formatAlike(first: string, second: string): Promise<void> {
  const formatted = await readFile(join(first, 'log', FORMATTED), 'utf8');
  const own = formatted.replace('node.id=1', 'node.id=2').replace(/^directory\.id=.*\n/m, '');
  await mkdir(join(second, 'log'), { recursive: true });
  await writeFile(join(second, 'log', FORMATTED), own);
}
