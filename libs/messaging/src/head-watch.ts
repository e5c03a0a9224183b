import type { LanePositions } from '@crm/event-sourcing';

const LEAST_MS = 10;
const UNREACHABLE_MS = 1_000;

/** What a watch needs of a log. */
export interface WatchedLog {
  heads(): Promise<LanePositions>;
  onAppended(listener: () => void): () => void;
}

/** One poll of the heads of a log for everybody in the process who waits for them, also woken by appends of this process. */
export class HeadWatch {
  private readonly listeners = new Set<(heads: LanePositions) => void>();
  private heads: LanePositions | undefined;
  private timer: NodeJS.Timeout | undefined;
  private endWakeUps: (() => void) | undefined;
  private polling = false;
  private woken = false;

  constructor(
    private readonly log: WatchedLog,
    private readonly everyMs = 100,
  ) {}

  watch(listener: (heads: LanePositions) => void): () => void {
    this.listeners.add(listener);
    if (this.heads !== undefined) listener(this.heads);
    this.endWakeUps ??= this.log.onAppended(() => {
      this.wake();
    });
    this.schedule(0);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.rest();
    };
  }

  private rest(): void {
    clearTimeout(this.timer);
    this.endWakeUps?.();
    this.endWakeUps = undefined;
    this.heads = undefined;
  }

  private wake(): void {
    if (!this.woken && !this.polling) this.schedule(LEAST_MS);
    this.woken = true;
  }

  private schedule(ms: number): void {
    clearTimeout(this.timer);
    if (this.listeners.size > 0 && !this.polling) this.timer = setTimeout(() => void this.poll(), ms);
  }

  private async poll(): Promise<void> {
    this.polling = true;
    this.takeWoken();
    let next = this.everyMs;
    try {
      this.tell(await this.log.heads());
    } catch {
      // Whoever reads next meets the same error and reports it; here it only means: ask later.
      next = UNREACHABLE_MS;
    }
    this.polling = false;
    this.schedule(this.takeWoken() ? LEAST_MS : next);
  }

  private takeWoken(): boolean {
    const { woken } = this;
    this.woken = false;
    return woken;
  }

  private tell(heads: LanePositions): void {
    const before = this.heads;
    if (this.listeners.size === 0 || (before !== undefined && heads.every((head, lane) => head === before[lane])))
      return;
    this.heads = heads;
    for (const listener of [...this.listeners]) listener(heads);
  }
}
