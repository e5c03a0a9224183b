/** How long somebody waits at most, and what makes him stop waiting at once. */
export interface Patience {
  readonly withinMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Longer than anybody waits; timers take no more. */
const FOR_EVER_MS = 2_147_483_647;

/** Waits so long; false at once when the wait is broken off, or would be longer than the patience. */
export function waited(ms: number, { withinMs, signal }: Patience): Promise<boolean> {
  if (ms > withinMs || signal?.aborted === true) return Promise.resolve(false);
  if (ms <= 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (through: boolean): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      resolve(through);
    };
    const giveUp = (): void => {
      end(false);
    };
    const timer = setTimeout(end, ms, true);
    signal?.addEventListener('abort', giveUp);
  });
}

/** A number of places that are taken and given back; who finds none waits in line. */
export class Places {
  private readonly line = new Set<() => void>();
  private taken = 0;

  constructor(private readonly count: number) {}

  /** True once the place is taken; false when the patience ended before that. */
  take({ withinMs, signal }: Patience = { withinMs: FOR_EVER_MS }): Promise<boolean> {
    if (signal?.aborted === true) return Promise.resolve(false);
    if (this.taken < this.count) {
      this.taken += 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const end = (hasPlace: boolean): void => {
        clearTimeout(timer);
        this.line.delete(next);
        signal?.removeEventListener('abort', giveUp);
        resolve(hasPlace);
      };
      const next = (): void => {
        end(true);
      };
      const giveUp = (): void => {
        end(false);
      };
      const timer = setTimeout(giveUp, Math.min(Math.max(withinMs, 0), FOR_EVER_MS));
      signal?.addEventListener('abort', giveUp);
      this.line.add(next);
    });
  }

  /** The place goes straight to the next in line, so that nobody can slip in between. */
  give(): void {
    const [next] = this.line;
    if (next === undefined) this.taken -= 1;
    else next();
  }
}
