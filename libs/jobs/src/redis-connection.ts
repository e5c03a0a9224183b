import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@crm/event-sourcing';
import { Queue, Worker } from 'bullmq';
import { QueueUnreachable } from './errors.js';
import type { BullQueue, BullWorker, Process, QueueConnection, WorkerSettings } from './queue-connection.js';
import { RedisClients, redisOptionsOf, type RedisClient } from './redis-client.js';

const PREFIX = 'crm';
/** After which silence an answer that is awaited will not come any more. */
const SILENCE_MS = 10_000;
const FIRST_ANSWER_MS = 2_000;

/** Where a queue in Redis is. */
export interface RedisQueueOptions {
  readonly backend: 'redis';
  /** `redis://` or `rediss://`. */
  readonly url: string;
  /** The authority that signed the server's certificate, in PEM; default: those that Node trusts. */
  readonly ca?: string | undefined;
  /** Of the queue; one for each service. */
  readonly queue: string;
  /** What all keys begin with. Default: `crm`. */
  readonly prefix?: string | undefined;
}

/**
 * Jobs in Redis. It may be away when the queue is opened and at any time afterwards: giving jobs to it fails at once,
 * working them off waits until it is back.
 */
export class RedisConnection implements QueueConnection {
  private readonly clients: RedisClients;
  private readonly prefix: string;
  private producer: RedisClient | undefined;
  private mark: string | undefined;

  constructor(
    private readonly options: RedisQueueOptions,
    private readonly report: (error: unknown) => void,
  ) {
    this.clients = new RedisClients(redisOptionsOf(options.url, options.ca), report);
    this.prefix = options.prefix ?? PREFIX;
  }

  get isReachable(): boolean {
    return this.producer?.status === 'ready';
  }

  async openQueue(): Promise<BullQueue> {
    this.producer = this.clients.connect({
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      socketTimeout: SILENCE_MS,
    });
    await firstAnswer(this.producer);
    const queue = new Queue(this.options.queue, {
      connection: this.producer,
      prefix: this.prefix,
      // Nothing is asked before the first job, so that a server that is away does not break the queue for good.
      skipVersionCheck: true,
      skipWaitingForReady: true,
      skipMetasUpdate: true,
    });
    queue.on('error', this.reportOthers);
    return {
      addBulk: (jobs) => (this.isReachable ? queue.addBulk(jobs) : Promise.reject(new QueueUnreachable())),
      close: () => queue.close(),
    };
  }

  openWorker(process: Process, settings: WorkerSettings): BullWorker {
    const consumer = this.clients.connect({ maxRetriesPerRequest: null, socketTimeout: SILENCE_MS });
    const worker = new Worker(this.options.queue, (job, token) => process(job, token), {
      connection: consumer,
      prefix: this.prefix,
      ...settings,
    });
    worker.on('error', this.reportOthers);
    return worker;
  }

  /** A mark of our own is among the keys: another one, or none, means that what was there when it was read is gone. */
  async hasLost(): Promise<boolean> {
    const { producer } = this;
    if (producer === undefined || !this.isReachable) throw new QueueUnreachable();
    const key = `${this.prefix}:${this.options.queue}:mark`;
    await producer.set(key, newId(), 'NX');
    const found = (await producer.get(key)) ?? undefined;
    const hasLost = this.mark !== undefined && this.mark !== found;
    this.mark = found;
    return hasLost;
  }

  /** Redis keeps no schema that could be missing. */
  restore(): Promise<boolean> {
    return Promise.resolve(false);
  }

  abandon(): void {
    this.clients.disconnect();
  }

  close(): Promise<void> {
    return this.clients.end();
  }

  private readonly reportOthers = (error: Error): void => {
    if (!this.clients.hasHeard(error)) this.report(error);
  };
}

/** A server that is there is so within moments; one that is not shall not hold up the start. */
async function firstAnswer(client: RedisClient): Promise<void> {
  const patience = new AbortController();
  const settled = ['ready', 'error'].map((event) => once(client, event, { signal: patience.signal }));
  await Promise.race([...settled, sleep(FIRST_ANSWER_MS, undefined, { signal: patience.signal })]).catch(
    () => undefined,
  );
  patience.abort();
  await Promise.allSettled(settled);
}
