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
  /** Whether the queue answers. While it does not, jobs wait in their intents. */
  readonly isReachable: boolean;
  /** Prepares the queue. One that is not reachable now may be so later, by itself. */
  open(): Promise<void>;
  /** Adds jobs, and restores the queue first when it was lost; fails soon when it cannot be reached. */
  push(jobs: readonly QueuedJob[]): Promise<void>;
  /** Adds jobs whose time has come; those that the queue holds back, by whatever clock, are delivered now. */
  pushOverdue(jobs: readonly QueuedJob[]): Promise<void>;
  /** Whether the queue knows to have lost jobs since the last call. It may lose some without knowing. */
  hasLost(): Promise<boolean>;
  /** Begins to deliver, at most `concurrency` jobs at a time. */
  deliver(deliver: Deliver, concurrency: number): void;
  /** Takes nothing more, waits for what is being delivered, hands the rest over to other processes, and disconnects. */
  close(graceMs: number): Promise<void>;
}
