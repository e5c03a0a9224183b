/** Runs pieces of work one after the other, in the order in which they came. */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve();
  private pending = 0;

  get isBusy(): boolean {
    return this.pending > 0;
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    this.pending += 1;
    const next = this.last.then(work).finally(() => (this.pending -= 1));
    this.last = next.catch(() => undefined);
    return next;
  }
}
