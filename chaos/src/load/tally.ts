/** What the load has come to so far. */
export class Tally {
  requests = 0;
  retries = 0;
  acknowledgedCommands = 0;
  acknowledgedItems = 0;
  reads = 0;
  repeats = 0;
  /** Refusals that were in order, by code. */
  readonly refusals = new Map<string, number>();
  /** Why tries were repeated, and how often. */
  readonly retried = new Map<string, number>();

  refused(code: string): void {
    count(this.refusals, code);
  }

  triedAgain(why: string): void {
    this.retries += 1;
    count(this.retried, why);
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
