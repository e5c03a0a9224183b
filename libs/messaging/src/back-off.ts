/** Grows from pause to pause up to a limit, with jitter, so that those who failed together do not return together. */
export class BackOff {
  private failures = 0;

  constructor(
    private readonly firstMs = 50,
    private readonly mostMs = 15_000,
  ) {}

  reset(): void {
    this.failures = 0;
  }

  nextMs(): number {
    const most = Math.min(this.mostMs, this.firstMs * 2 ** Math.min(this.failures++, 20));
    return most / 2 + Math.random() * (most / 2);
  }
}

/** A pause that a signal cuts short. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}

/** What work gives, or nothing when it takes longer: then it is not waited for any more. */
export async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const patience = new AbortController();
  try {
    return await Promise.race([work, pause(ms, patience.signal).then(() => undefined)]);
  } finally {
    patience.abort();
  }
}
