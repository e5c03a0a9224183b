import { BackOff, pause } from '../back-off.js';
import type { Subscription } from '../transport.js';
import { ConsumerSession, type ConsumerSessionOptions } from './consumer-session.js';
import { kafkaClient } from './kafka-client.js';
import { ConsumerSilent, answered, describeKafka } from './kafka-errors.js';

const ANSWER_MS = 10_000;
const GOOD_WHILE_MS = 60_000;
const MOST_SILENCES = 2;

/** A consumer that is made again whenever it ends. */
export class KafkaSubscription implements Subscription {
  private readonly stopping = new AbortController();
  private readonly backOff = new BackOff(100, 5_000);
  private readonly done: Promise<void>;
  private session: ConsumerSession | undefined;
  private silences = 0;

  constructor(
    private readonly options: ConsumerSessionOptions,
    private readonly onStuck: (what: string) => void,
    private readonly onStopped: () => void,
  ) {
    this.done = this.run();
  }

  get isSilent(): boolean {
    return this.session?.isSilent ?? true;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const startedAt = performance.now();
      try {
        this.session = new ConsumerSession(this.options);
        await this.session.run(this.stopping.signal);
      } catch (error) {
        if (performance.now() - startedAt > GOOD_WHILE_MS) this.backOff.reset();
        await this.recover(error);
      }
    }
    this.onStopped();
  }

  private async recover(error: unknown): Promise<void> {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    const { group, topic, subscriber, logger } = this.options;
    logger.warn({ group, topic, ...describeKafka(error) }, 'the consumer of a topic starts again');
    subscriber.failed(error);
    await this.countSilence(error);
    await pause(this.backOff.nextMs(), signal);
  }

  /** A consumer that never says anything, twice in a row, on a broker that answers others: starting it again does not help. */
  private async countSilence(error: unknown): Promise<void> {
    this.silences = error instanceof ConsumerSilent && !error.lived ? this.silences + 1 : 0;
    if (this.silences < MOST_SILENCES || !(await this.brokerAnswers())) return;
    const { group, logger } = this.options;
    logger.error({ group }, 'the consumer stays silent however often it is started');
    this.onStuck(group);
  }

  private async brokerAnswers(): Promise<boolean> {
    const { settings, logger } = this.options;
    const admin = kafkaClient(settings, logger).admin({ retry: { retries: 0 } });
    try {
      await answered(admin.connect(), 'connecting to a broker', ANSWER_MS, this.stopping.signal);
      return true;
    } catch {
      return false;
    } finally {
      admin.disconnect().catch(() => undefined);
    }
  }
}
