import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '../config.js';
import { hasKafkaJars } from '../kafka/artefact.js';
import { startKafka } from '../kafka/kafka.js';
import { freePorts } from '../processes/ports.js';
import { findProgram, javaVersion } from '../programs.js';
import { startRedis } from '../redis/redis.js';
import { dockerAnswers, kafkaContainer, redisContainer } from './docker.js';

/** A server that the suites of a run share. */
export interface TestServer {
  readonly address: string;
  stop(): Promise<void>;
}

/** Where the distributed suites get their Kafka and Redis from. */
export type TestServerSource = 'given' | 'docker' | 'processes' | 'none';

export interface TestServerChoice {
  readonly source: TestServerSource;
  /** The choice in words, for the one who runs the tests. */
  readonly words: string;
}

/** Decides once per run: servers named by the environment, else Docker where an engine answers, else local processes. */
export async function chooseTestServers(): Promise<TestServerChoice> {
  const { testKafka, testRedis } = environment;
  if (testKafka() !== undefined && testRedis() !== undefined)
    return { source: 'given', words: `the servers of CRM_TEST_KAFKA and CRM_TEST_REDIS` };
  if (await dockerAnswers()) return { source: 'docker', words: 'Docker' };
  const java = findProgram('java');
  const missing = [
    ...(java === undefined ? ['Java 17'] : []),
    ...(findProgram('mvn') === undefined && !hasKafkaJars() ? ['mvn'] : []),
    ...(findProgram('redis-server') === undefined ? ['redis-server'] : []),
  ];
  if (java !== undefined && missing.length === 0)
    return { source: 'processes', words: `local processes (Java ${javaVersion(java) ?? ''}, redis-server)` };
  const absent = `there is neither a Docker engine nor ${missing.join(' nor ')}`;
  return { source: 'none', words: `skipped, since ${absent}` };
}

/** Starts Kafka for the tests unless the environment names one. */
export async function startTestBroker(source: TestServerSource): Promise<TestServer> {
  const given = environment.testKafka();
  if (given !== undefined) return notOurs(given);
  if (source === 'docker') return kafkaContainer();
  const dataDir = await mkdtemp(join(tmpdir(), 'crm-test-kafka-'));
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const kafka = await startKafka({ dataDir, port, controllerPort });
  return localServer(kafka.brokers, kafka, dataDir);
}

/** Starts Redis for the tests unless the environment names one. */
export async function startTestRedis(source: TestServerSource): Promise<TestServer> {
  const given = environment.testRedis();
  if (given !== undefined) return notOurs(given);
  if (source === 'docker') return redisContainer();
  const dataDir = await mkdtemp(join(tmpdir(), 'crm-test-redis-'));
  const [port = 0] = await freePorts(1);
  const redis = await startRedis({ dataDir, port });
  return localServer(redis.url, redis, dataDir);
}

function localServer(
  address: string,
  server: { readonly pid: number; stop(): Promise<void> },
  dataDir: string,
): TestServer {
  // A run that is cut off takes its servers along.
  const onExit = () => process.kill(server.pid, 'SIGKILL');
  process.once('exit', onExit);
  return {
    address,
    stop: async () => {
      process.off('exit', onExit);
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function notOurs(address: string): TestServer {
  return { address, stop: () => Promise.resolve() };
}
