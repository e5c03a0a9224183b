import { Kafka, logLevel, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { ConsumerLogger } from '../signals.js';
import { clientLog } from './kafka-log.js';
import type { KafkaSettings } from './kafka-settings.js';

/**
 * Retries inside the client bridge a change of leaders. They end after some fifteen seconds and their pauses stay short,
 * because whoever uses the client starts anew without end: what waits for a broker goes on seconds after it is back.
 */
const RETRY = { retries: 8, initialRetryTime: 100, maxRetryTime: 5_000 };

/** The settings in the words of the client. */
export function clientOptions({ brokers, clientId, tls, sasl }: KafkaSettings): KafkaConfig {
  return {
    brokers: [...brokers],
    clientId,
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    // Without it a request to a broker that stands still would never be given up.
    enforceRequestTimeout: true,
    retry: RETRY,
    ...(tls !== undefined && { ssl: { ...tls } }),
    // The client's type wants each mechanism by itself.
    ...(sasl !== undefined && { sasl: { ...sasl } as SASLOptions }),
  };
}

/**
 * A client with a state of its own: what consumers of one client believe to be committed is shared among them. Each of its
 * connections wakes every millisecond, by a timer that is set to a time in the past: 0.2 % of a core for an idle consumer on
 * Node 20, and on Node 24 a TimeoutNegativeWarning besides.
 */
export function kafkaClient(settings: KafkaSettings, logger: ConsumerLogger): Kafka {
  return new Kafka({ ...clientOptions(settings), logLevel: logLevel.WARN, logCreator: clientLog(logger) });
}
