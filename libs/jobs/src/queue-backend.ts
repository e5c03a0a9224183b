/** What a queue is told of a job; the rest is read from its intent. */
export interface QueuedJob {
  readonly jobId: string;
  readonly name: string;
  readonly delayMs: number;
}

/** What is to become of a delivered job: forgotten, or delivered again after a while. */
export type Verdict = 'done' | { readonly againInMs: number };

/** Carries out one delivery. Does not reject. */
export type Deliver = (jobId: string, name: string) => Promise<Verdict>;

/**
 * The port of a queue. It delivers at least once and may lose everything; what has to be done is kept elsewhere.
 * A job that is in the queue already is not added again; one that was delivered and done is forgotten.
 */
export interface QueueBackend {
  /** Connects and prepares the queue. */
  open(): Promise<void>;
  /** Adds jobs; restores the queue first when it was lost. */
  push(jobs: readonly QueuedJob[]): Promise<void>;
  /** Begins to deliver, at most `concurrency` jobs at a time. */
  deliver(deliver: Deliver, concurrency: number): void;
  /** Takes nothing more, waits for what is being delivered, hands the rest over to other processes, and disconnects. */
  close(graceMs: number): Promise<void>;
}
