import { setTimeout as wait } from 'node:timers/promises';
import type { Stack } from '@crm/local-stack';

const LOOK_EVERY_MS = 500;
const PATIENCE_MS = 300_000;

/** Starts processes again that have ended by themselves, as any supervisor would; those that a fault holds down stay down. */
export class Keeper {
  /** How often a process had to be started again without a fault having ended it. */
  readonly revived = new Map<string, number>();
  private readonly held = new Set<string>();
  private readonly starting = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private work: Promise<void> | undefined;

  constructor(
    private readonly stack: Stack,
    private readonly report: (line: string) => void,
  ) {}

  start(): void {
    this.work ??= this.look();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.work;
    await Promise.allSettled(this.starting.values());
  }

  /** From now on the process is to be down. */
  hold(name: string): void {
    this.held.add(name);
  }

  /** The process is to run again; resolves when it is ready. */
  async release(name: string, environment: Readonly<Record<string, string>>): Promise<void> {
    await this.starting.get(name);
    if (this.stopping.signal.aborted) throw new Error(`${name} is not started any more: the stack is being stopped`);
    const started = this.startUntilReady(name, environment).finally(() => this.starting.delete(name));
    this.starting.set(name, started);
    this.held.delete(name);
    await started;
  }

  private async look(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      for (const name of this.stack.names) {
        if (this.held.has(name) || this.starting.has(name) || this.stack.isRunning(name)) continue;
        this.revived.set(name, (this.revived.get(name) ?? 0) + 1);
        this.report(`${name} has ended by itself`);
        this.release(name, {}).catch((error: unknown) => this.report(String(error)));
      }
      await wait(LOOK_EVERY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private async startUntilReady(name: string, environment: Readonly<Record<string, string>>): Promise<void> {
    const endsAt = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        await this.stack.startProcess(name, environment);
        return;
      } catch (error) {
        // It is to be down again: whoever holds it starts it.
        if (this.held.has(name)) return;
        // Another fault may be in the way of its start, or have ended it.
        if (performance.now() > endsAt || this.stopping.signal.aborted) throw error;
        await wait(LOOK_EVERY_MS);
      }
    }
  }
}
