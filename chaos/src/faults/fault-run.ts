import { setTimeout as wait } from 'node:timers/promises';
import type { Journal } from '../history/journal.js';
import type { ChaosStack } from '../stack/chaos-stack.js';
import { INJECTORS } from './injectors.js';
import type { ScheduledFault } from './schedule.js';

const SENDER = 'marketing';

/** Carries out a schedule of faults and writes down what really happened. */
export class FaultRun {
  /** Faults that were carried out, by kind. */
  readonly done = new Map<string, number>();
  /** How often a process that sends was interrupted: each time it may leave some treatments without an outcome. */
  interruptions = 0;
  private readonly running = new Set<Promise<void>>();
  private readonly last = new Map<string, Promise<void>>();
  private stopped = false;
  private failure: Error | undefined;

  constructor(
    private readonly stack: ChaosStack,
    private readonly journal: Journal,
  ) {}

  /** Begins every fault at its time; resolves when the last is over. A fault that cannot be done is an error of the run. */
  async run(faults: readonly ScheduledFault[]): Promise<void> {
    const started = performance.now();
    for (const fault of faults) {
      await wait(Math.max(0, fault.at - (performance.now() - started)));
      if (this.stopped) break;
      this.background(this.inTurn(fault));
    }
    while (this.running.size > 0) await Promise.allSettled(this.running);
    if (this.failure !== undefined) throw this.failure;
  }

  /** Begins no further fault. */
  stop(): void {
    this.stopped = true;
  }

  /** Notes that something was broken. */
  count(kind: string): void {
    this.done.set(kind, (this.done.get(kind) ?? 0) + 1);
  }

  /** What a fault has ended may take longer to be ready again than the schedule knows: the next at that target waits for it. */
  private inTurn(fault: ScheduledFault): Promise<void> {
    const before = this.last.get(fault.target) ?? Promise.resolve();
    const done = before.then(() => (this.stopped ? undefined : this.carryOut(fault)));
    this.last.set(fault.target, done);
    return done;
  }

  private async carryOut(fault: ScheduledFault): Promise<void> {
    this.note(fault, 'began');
    try {
      const { times = 1, detail } = await INJECTORS[fault.fault](this.stack, fault);
      this.count(fault.fault);
      this.interruptions += interruptionsBy(fault, times, this.senders);
      this.note(fault, 'ended', detail);
    } catch (error) {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
      this.note(fault, 'failed', this.failure.message);
    }
  }

  private get senders(): number {
    return this.stack.instances.filter(({ service }) => service === SENDER).length;
  }

  private note({ number, fault, target }: ScheduledFault, what: 'began' | 'ended' | 'failed', detail?: string): void {
    const at = new Date().toISOString();
    this.journal.add({ kind: 'fault', at, number, fault, target, what, ...(detail === undefined ? {} : { detail }) });
  }

  private background(work: Promise<void>): void {
    this.running.add(work);
    void work.finally(() => this.running.delete(work));
  }
}

/** Senders that a fault may have interrupted between an attempt and its outcome, `times` over. */
function interruptionsBy({ fault, target }: ScheduledFault, times: number, senders: number): number {
  switch (fault) {
    case 'kill':
    case 'stop':
    case 'rebalance-storm':
    case 'clock-jump':
      return target.startsWith(SENDER) ? times : 0;
    case 'postgres-killed':
    case 'postgres-stopped':
    case 'pool-exhausted':
      return senders;
    case 'connections-reset':
      return target === 'postgres' ? senders * times : 0;
    default:
      return 0;
  }
}
