/** How long a process may go on using a key that another one destroyed. */
export const KEY_CACHE_MS = 60_000;

/**
 * One random 256-bit key per subject. A destroyed key is gone for ever: nothing opens what it sealed, and no key is made
 * for its subject again.
 */
export interface KeyRing {
  /** Keys to seal with, made where a subject has none. Rejects with `KeyErased` when one was destroyed. */
  toSeal(subjects: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Keys to open with, null for a destroyed one. Rejects with `KeyMissing` for a subject that never had one. */
  toOpen(subjects: readonly string[]): Promise<ReadonlyMap<string, Uint8Array | null>>;
  /** Destroys the keys, and keeps subjects without one from ever getting one. Answers how many had a key, also when repeated. */
  destroy(subjects: readonly string[]): Promise<number>;
}
