import { setTimeout as wait } from 'node:timers/promises';
import type { Journal } from '../history/journal.js';
import type { ChaosStack } from '../stack/chaos-stack.js';
import { Counters } from './counters.js';
import type { Databases } from './databases.js';
import { lagOf } from './lag.js';

const EVERY_MS = 2_000;
const PATIENCE_MS = 1_500;

/** Reads the metrics of every process again and again while they live. */
export class Scraper {
  readonly counters = new Counters();
  private readonly stopping = new AbortController();
  private work: Promise<void> | undefined;

  constructor(
    private readonly stack: ChaosStack,
    private readonly databases: Databases,
    private readonly journal: Journal,
  ) {}

  start(): void {
    this.work ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.work;
  }

  async scrape(): Promise<void> {
    await Promise.all(
      this.stack.instances.map(async ({ name, managementUrl }) => {
        const text = await textOf(`${managementUrl}/metrics`);
        if (text !== undefined) this.counters.scrape(name, text);
      }),
    );
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.scrape();
      const lag = await lagOf(this.databases).catch(() => undefined);
      if (lag !== undefined) this.journal.add({ kind: 'state', at: new Date().toISOString(), what: 'lag', value: lag });
      await wait(EVERY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }
}

/** What a port answers, unless nobody does in time. */
export async function textOf(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return await response.text();
  } catch {
    return undefined;
  }
}
