import { waited, type Patience } from '../treatment/places.js';

const SECOND_MS = 1_000;
const MOST_DOMAINS = 10_000;

/** A token bucket for each recipient domain, of one second's worth: who comes too soon waits for his turn, in order. */
export class DomainRates {
  /** When the bucket of a domain will be full again. */
  private readonly fullAt = new Map<string, number>();

  constructor(private readonly perSecond: number) {}

  /** True when the turn has come; false when that would be later than the patience allows: then no turn is used up. */
  take(domain: string, patience: Patience): Promise<boolean> {
    const now = performance.now();
    const everyMs = SECOND_MS / this.perSecond;
    const fullAt = Math.max(this.fullAt.get(domain) ?? 0, now);
    const waitMs = fullAt - now - (Math.max(1, this.perSecond) - 1) * everyMs;
    if (waitMs > patience.withinMs) return Promise.resolve(false);
    if (this.fullAt.size >= MOST_DOMAINS) this.forgetFull(now);
    this.fullAt.set(domain, fullAt + everyMs);
    return waited(waitMs, patience);
  }

  private forgetFull(now: number): void {
    for (const [domain, fullAt] of this.fullAt) if (fullAt <= now) this.fullAt.delete(domain);
  }
}
