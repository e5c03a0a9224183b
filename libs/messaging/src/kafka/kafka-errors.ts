import { describeFailure } from '../failure.js';

/** The topic of a service is not there, or not as it has to be. */
export class UnfitTopic extends Error {
  constructor(topic: string, what: string) {
    super(`the topic ${topic} ${what}: run \`crm topics apply\``);
    this.name = 'UnfitTopic';
  }
}

/** What was asked of a broker took too long; whether it was done is not known. */
export class KafkaTimeout extends Error {
  constructor(what: string, ms: number) {
    super(`${what} took longer than ${ms} ms`);
    this.name = 'KafkaTimeout';
  }
}

/** A batch of which some partitions were not answered for; whether they got it is not known. */
export class PartitionUnanswered extends Error {
  constructor(partitions: Iterable<number>) {
    super(`no broker answered for partition ${[...partitions].join(', ')}`);
    this.name = 'PartitionUnanswered';
  }
}

/** A consumer of which nothing was heard: neither a heartbeat nor that it joined its group. */
export class ConsumerSilent extends Error {
  constructor(
    ms: number,
    /** Whether something had been heard of it before. */
    readonly lived: boolean,
  ) {
    super(`the consumer has given no sign of life for ${ms} ms`);
    this.name = 'ConsumerSilent';
  }
}

/** A consumer that ended without being asked to. */
export class ConsumerEnded extends Error {
  constructor() {
    super('the consumer ended by itself');
    this.name = 'ConsumerEnded';
  }
}

const OURS = [UnfitTopic, KafkaTimeout, PartitionUnanswered, ConsumerSilent, ConsumerEnded];

/** What may be logged of an error around Kafka: the client's messages and ours name topics, brokers and groups, no values. */
export function describeKafka(error: unknown): Readonly<Record<string, unknown>> {
  const { errorClass, errorCode } = describeFailure(error);
  if (!(error instanceof Error)) return { errorClass };
  const speaks = error.name.startsWith('KafkaJS') || OURS.some((kind) => error instanceof kind);
  const type = (error as { readonly type?: unknown }).type;
  return {
    errorClass,
    ...(errorCode !== null && { errorCode }),
    ...(typeof type === 'string' && { type }),
    ...(speaks && { reason: error.message }),
  };
}

/** Waits for what was asked of a broker, so long or until the signal; it may still be done later. */
export async function answered<T>(work: Promise<T>, what: string, ms: number, signal?: AbortSignal): Promise<T> {
  let end: () => void = () => undefined;
  const tooLong = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new KafkaTimeout(what, ms));
    const timer = setTimeout(fail, ms);
    signal?.addEventListener('abort', fail);
    end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', fail);
    };
    if (signal?.aborted === true) fail();
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    end();
  }
}

const UNKNOWN_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';

/** Whether a broker knows no topic of that name. */
export function isUnknownTopic(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { type, cause } = error as { readonly type?: unknown; readonly cause?: unknown };
  return type === UNKNOWN_TOPIC || isUnknownTopic(cause);
}
