/**
 * How long ago it was made, by whichever clock says more: that of the process may have been set back, and the steady one
 * stands still while the machine sleeps. What is kept for a while only is never kept longer.
 */
export class Stopwatch {
  private readonly wall = Date.now();
  private readonly steady = performance.now();

  get ms(): number {
    return Math.max(Date.now() - this.wall, performance.now() - this.steady);
  }
}
