/**
 * The database found a job due which by the clock of this process is not yet. Thrown, so that the same job is tried again:
 * asking for it once more would change nothing, since its id is still pending.
 */
export class TooEarly extends Error {
  readonly transient = true;

  constructor(jobId: string) {
    super(`job ${jobId} came before its time by the clock of this process`);
    this.name = 'TooEarly';
  }
}
