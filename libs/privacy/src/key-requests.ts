interface Caller {
  readonly resolve: (key: Uint8Array | null | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Answers of the database: null for a destroyed key, nothing for a subject that it does not know. */
export type Keys = ReadonlyMap<string, Uint8Array | null>;

const MOST_IN_ONE_QUERY = 500;

/** Concurrent commands ask for one key each; the database sees one query for all of them. */
export class KeyRequests {
  private waiting = new Map<string, Caller[]>();

  constructor(private readonly load: (subjects: readonly string[]) => Promise<Keys>) {}

  ask(subject: string): Promise<Uint8Array | null | undefined> {
    return new Promise((resolve, reject) => {
      if (this.waiting.size === 0) setImmediate(() => this.flush());
      const callers = this.waiting.get(subject);
      if (callers === undefined) this.waiting.set(subject, [{ resolve, reject }]);
      else callers.push({ resolve, reject });
    });
  }

  private flush(): void {
    const asked = [...this.waiting];
    this.waiting = new Map();
    for (let start = 0; start < asked.length; start += MOST_IN_ONE_QUERY)
      void this.answer(asked.slice(start, start + MOST_IN_ONE_QUERY));
  }

  private async answer(asked: readonly (readonly [string, readonly Caller[]])[]): Promise<void> {
    try {
      const keys = await this.load(asked.map(([subject]) => subject));
      for (const [subject, callers] of asked) for (const { resolve } of callers) resolve(keys.get(subject));
    } catch (error) {
      for (const [, callers] of asked) for (const { reject } of callers) reject(error);
    }
  }
}
