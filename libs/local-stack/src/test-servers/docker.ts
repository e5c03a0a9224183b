import { connect, type NetConnectOpts } from 'node:net';
import { GenericContainer, Wait } from 'testcontainers';
import { environment } from '../config.js';
import { freePorts } from '../processes/ports.js';
import type { TestServer } from './test-servers.js';

const SOCKET = '/var/run/docker.sock';
const ANSWER_LIMIT_MS = 2_000;
const KAFKA_IMAGE = 'apache/kafka:4.3.1';
const REDIS_IMAGE = 'redis:7-alpine';
const START_LIMIT_MS = 180_000;

/** Whether a Docker engine answers; an installed client alone is none. */
export async function dockerAnswers(): Promise<boolean> {
  const engine = engineAddress();
  if (engine === undefined) return false;
  return new Promise((resolve) => {
    const socket = connect(engine, () =>
      socket.write('GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n'),
    );
    const finish = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(ANSWER_LIMIT_MS, () => finish(false));
    socket.once('data', (answer: Buffer) => finish(answer.toString('latin1').startsWith('HTTP/1.1 200')));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
  });
}

/** Kafka in a container. Clients outside are told its port, so the port is chosen before it starts. */
export async function kafkaContainer(): Promise<TestServer> {
  const [port = 0] = await freePorts(1);
  const container = await new GenericContainer(KAFKA_IMAGE)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INSIDE',
      KAFKA_LISTENERS: 'OUTSIDE://:9092,CONTROLLER://:9093,INSIDE://:9094',
      KAFKA_ADVERTISED_LISTENERS: `OUTSIDE://127.0.0.1:${port},INSIDE://localhost:9094`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'OUTSIDE:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_HEAP_OPTS: '-Xmx384m',
    })
    .withWaitStrategy(Wait.forLogMessage('Kafka Server started'))
    .withStartupTimeout(START_LIMIT_MS)
    .start();
  return {
    address: `127.0.0.1:${port}`,
    stop: async () => {
      await container.stop();
    },
  };
}

export async function redisContainer(): Promise<TestServer> {
  const container = await new GenericContainer(REDIS_IMAGE)
    .withExposedPorts(6379)
    .withCommand(['redis-server', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'])
    .withWaitStrategy(Wait.forLogMessage('Ready to accept connections'))
    .withStartupTimeout(START_LIMIT_MS)
    .start();
  const address = `redis://${container.getHost()}:${container.getMappedPort(6379)}`;
  return {
    address,
    stop: async () => {
      await container.stop();
    },
  };
}

function engineAddress(): NetConnectOpts | undefined {
  const host = environment.dockerHost() ?? `unix://${SOCKET}`;
  if (host.startsWith('unix://')) return { path: host.slice('unix://'.length) };
  if (!host.startsWith('tcp://')) return undefined;
  const { hostname, port } = new URL(host);
  return { host: hostname, port: Number(port === '' ? 2375 : port) };
}
