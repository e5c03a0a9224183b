import { randomBytes } from 'node:crypto';
import { KeyErased } from '@crm/event-sourcing';
import { KeyMissing } from './errors.js';
import type { KeyRing } from './key-ring.js';

/** The key ring in memory, for pure tests: the same promises, nothing survives the process. */
export class InMemoryKeyRing implements KeyRing {
  private readonly keys = new Map<string, Uint8Array | null>();
  private readonly tombstones = new Map<string, boolean>();

  async toSeal(subjects: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    for (const subject of subjects) if (!this.keys.has(subject)) this.keys.set(subject, randomBytes(32));
    const keys = new Map<string, Uint8Array>();
    for (const [subject, key] of await this.toOpen(subjects)) {
      if (key === null) throw new KeyErased(subject);
      keys.set(subject, key);
    }
    return keys;
  }

  toOpen(subjects: readonly string[]): Promise<ReadonlyMap<string, Uint8Array | null>> {
    const missing = subjects.find((subject) => !this.keys.has(subject));
    if (missing !== undefined) return Promise.reject(new KeyMissing(missing));
    return Promise.resolve(new Map(subjects.map((subject) => [subject, this.keys.get(subject) ?? null])));
  }

  destroy(subjects: readonly string[]): Promise<number> {
    for (const subject of subjects) {
      if (!this.tombstones.has(subject)) this.tombstones.set(subject, this.keys.has(subject));
      this.keys.set(subject, null);
    }
    return Promise.resolve(new Set(subjects.filter((subject) => this.tombstones.get(subject))).size);
  }
}
