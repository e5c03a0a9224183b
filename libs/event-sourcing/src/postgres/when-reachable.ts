import { StoreUnavailable } from '../errors.js';
import { isTransientError } from './errors.js';

const ATTEMPTS = 20;
const DELAY_MS = 100;

/** Repeats a read while PostgreSQL cannot be reached, for about two seconds; then `StoreUnavailable`. */
export async function whenReachable<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      return await read();
    } catch (error) {
      if (!isTransientError(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, DELAY_MS));
    }
  }
  throw new StoreUnavailable('the event store does not answer; nothing was stored: retry');
}
