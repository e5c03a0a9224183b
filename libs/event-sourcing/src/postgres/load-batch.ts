/** Answers single look-ups of concurrent callers from one query: the caller asks for one key, the database sees many. */
export class LoadBatch<Value> {
  private waiting = new Map<
    string,
    { readonly resolve: (value: Value | undefined) => void; readonly reject: (error: unknown) => void }[]
  >();
  private scheduled = false;

  constructor(
    private readonly loadMany: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
    private readonly max = 500,
  ) {}

  load(key: string): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      const callers = this.waiting.get(key);
      if (callers === undefined) this.waiting.set(key, [{ resolve, reject }]);
      else callers.push({ resolve, reject });
      if (this.scheduled) return;
      this.scheduled = true;
      setImmediate(() => {
        this.flush();
      });
    });
  }

  private flush(): void {
    const all = [...this.waiting];
    this.waiting = new Map();
    this.scheduled = false;
    for (let start = 0; start < all.length; start += this.max) void this.answer(all.slice(start, start + this.max));
  }

  private async answer(
    asked: [string, { resolve: (value: Value | undefined) => void; reject: (error: unknown) => void }[]][],
  ): Promise<void> {
    try {
      const found = await this.loadMany(asked.map(([key]) => key));
      for (const [key, callers] of asked) for (const caller of callers) caller.resolve(found.get(key));
    } catch (error) {
      for (const [, callers] of asked) for (const caller of callers) caller.reject(error);
    }
  }
}
