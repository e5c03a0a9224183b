import { Stopwatch } from '@crm/event-sourcing';

interface Entry {
  readonly key: Uint8Array;
  readonly age: Stopwatch;
}

/** Unwrapped keys for a short time, the least used leave first. A subject that was destroyed here never comes back. */
export class KeyCache {
  private readonly entries = new Map<string, Entry>();
  private readonly destroyed = new Set<string>();

  constructor(
    private readonly max: number,
    private readonly maxAgeMs: number,
  ) {}

  get(subject: string): Uint8Array | undefined {
    const entry = this.entries.get(subject);
    if (entry === undefined) return undefined;
    this.entries.delete(subject);
    if (entry.age.ms >= this.maxAgeMs) return undefined;
    this.entries.set(subject, entry);
    return entry.key;
  }

  /** A read that began before the key was destroyed may end after it: its result is not kept. */
  put(subject: string, key: Uint8Array): void {
    if (this.destroyed.has(subject)) return;
    this.entries.delete(subject);
    this.entries.set(subject, { key, age: new Stopwatch() });
    if (this.entries.size <= this.max) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }

  forget(subject: string): void {
    this.destroyed.add(subject);
    this.entries.delete(subject);
  }
}
