import { Rejected } from '@crm/event-sourcing';

const WINDOW_MS = 60_000;
const MAX_CLIENTS = 10_000;

interface Window {
  readonly endsAt: number;
  count: number;
}

/** Counts requests per client in windows of a minute, and failed tokens per address. Per process. */
export class RateLimits {
  private readonly windows = new Map<string, Window>();

  constructor(
    private readonly requestsPerMinute: number,
    private readonly failuresPerMinute: number,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Counts one request of a client; `Rejected` with 429 over the limit. */
  count(client: string): void {
    this.take(`client ${client}`, this.requestsPerMinute);
  }

  /** Runs a check of a token. Failures of one address over the limit get 429; valid tokens behind the same proxy still pass. */
  async guardingFailures<T>(address: string, check: () => Promise<T>): Promise<T> {
    try {
      return await check();
    } catch (error) {
      if (error instanceof Rejected && error.details.status === 401)
        this.take(`failures ${address}`, this.failuresPerMinute);
      throw error;
    }
  }

  private take(key: string, limit: number): void {
    const window = this.window(key);
    if (++window.count <= limit) return;
    const retryAfter = Math.max(1, Math.ceil((window.endsAt - this.clock()) / 1000));
    throw new Rejected('too-many-requests', 'Slow down', { status: 429, retryAfter });
  }

  private window(key: string): Window {
    const now = this.clock();
    const known = this.windows.get(key);
    if (known !== undefined && known.endsAt > now) return known;
    if (this.windows.size >= MAX_CLIENTS) this.forgetEnded(now);
    const fresh = { endsAt: now + WINDOW_MS, count: 0 };
    this.windows.set(key, fresh);
    return fresh;
  }

  private forgetEnded(now: number): void {
    for (const [key, { endsAt }] of this.windows) if (endsAt <= now) this.windows.delete(key);
    if (this.windows.size >= MAX_CLIENTS) this.windows.clear();
  }
}
