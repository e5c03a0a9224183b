import { ConcurrencyConflict, isTransientError, Rejected, StoreUnavailable } from '@crm/event-sourcing';
import type { Job } from '@crm/jobs';

/** The problem of a run or a training set that was given up. */
export const COMPUTATION_FAILED = 'computation-failed';

const MOST_ATTEMPTS = 3;
const MOST_STARTS = 10;

/** Whether a computation was begun so often without an end that its processes must have died of it. */
export function isHopeless({ attempt }: Pick<Job, 'attempt'>): boolean {
  return attempt > MOST_STARTS;
}

/**
 * Whether a computation that ended with an error is given up: after a few attempts, and at once when it was refused, since the
 * job of a refusal is not delivered again. A database that is away and a process that stops are not the computation's fault, so
 * that it is tried for as long as they last.
 */
export function isGivenUp(error: unknown, { attempt, signal }: Pick<Job, 'attempt' | 'signal'>): boolean {
  const surroundings = [StoreUnavailable, ConcurrencyConflict].some((kind) => error instanceof kind);
  if (signal.aborted || surroundings || isTransientError(error)) return false;
  return error instanceof Rejected || attempt >= MOST_ATTEMPTS;
}

/** A computation, or what its giving up comes to. */
export async function unlessGivenUp<T>(
  job: Pick<Job, 'attempt' | 'signal'>,
  compute: () => Promise<T>,
  giveUp: (error?: unknown) => T,
): Promise<T> {
  if (isHopeless(job)) return giveUp();
  try {
    return await compute();
  } catch (error) {
    if (!isGivenUp(error, job)) throw error;
    return giveUp(error);
  }
}
