import { Redis, type RedisOptions } from 'ioredis';

/** How to connect; answers are read as BullMQ expects them. */
export type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

const LONGEST_PAUSE_MS = 2_000;

/** Of every connection: tried again for ever. A replica that is no longer the master refuses writes until the client connects anew. */
const ALWAYS: ClientOptions = {
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), LONGEST_PAUSE_MS),
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
  // What BullMQ is made for; the newer protocol brings it nothing.
  protocol: 2,
};

/** A connection to Redis that comes back by itself, tells of each outage once, and can be ended at any time. */
export class RedisClient extends Redis {
  private isDown = false;

  constructor(
    options: ClientOptions,
    private readonly siblings: RedisClients,
  ) {
    super({ ...ALWAYS, ...options });
    siblings.add(this);
    this.on('ready', () => (this.isDown = false));
    this.on('error', (error: Error) => {
      siblings.hear(error, this.isDown);
      this.isDown = true;
    });
  }

  /** BullMQ makes itself a second connection like this one to wait on, where silence is no fault. */
  override duplicate(override: ClientOptions = {}): never {
    const { socketTimeout: _, ...options } = this.options;
    return new RedisClient({ ...options, ...override }, this.siblings) as never;
  }

  /** Between two tries there is no socket whose end would be told, and whoever waits for it would wait for ever. */
  override disconnect(reconnect = false): void {
    if (!reconnect && this.status === 'reconnecting') this.status = 'wait';
    super.disconnect(reconnect);
  }
}

/** All connections of one queue, also those that BullMQ makes. */
export class RedisClients {
  private readonly clients = new Set<RedisClient>();
  private readonly heard = new WeakSet<Error>();

  constructor(
    private readonly options: ClientOptions,
    private readonly report: (error: unknown) => void,
  ) {}

  connect(options: ClientOptions): RedisClient {
    return new RedisClient({ ...this.options, ...options }, this);
  }

  add(client: RedisClient): void {
    this.clients.add(client);
  }

  hear(error: Error, isKnown: boolean): void {
    this.heard.add(error);
    if (!isKnown) this.report(error);
  }

  /** Whether an error came from one of the connections, which have told of it themselves. */
  hasHeard(error: Error): boolean {
    return this.heard.has(error);
  }

  disconnect(): void {
    for (const client of this.clients) client.disconnect();
  }

  /** Ends them; resolves when no socket is left. */
  async end(): Promise<void> {
    const ended = [...this.clients]
      .filter(({ status }) => status !== 'end')
      .map((client) => new Promise((resolve) => client.once('end', resolve)));
    this.disconnect();
    await Promise.all(ended);
  }
}

/** What a URL says: `redis://` or, over TLS, `rediss://`, with user, password and number of the database. */
export function redisOptionsOf(url: string, ca?: string): ClientOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const isEncrypted = protocol === 'rediss:';
  if (!isEncrypted && protocol !== 'redis:')
    throw new RangeError('the URL of a Redis begins with redis:// or rediss://');
  if (!isEncrypted && ca !== undefined) throw new RangeError('a certificate authority is for a rediss:// URL only');
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    db: Number(pathname.slice(1)),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(isEncrypted ? { tls: ca === undefined ? {} : { ca } } : {}),
  };
}
