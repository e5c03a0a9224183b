import type { ServiceName } from '@crm/contracts';

/** One request of the load. Written down before the run starts, so that a seed gives the same requests again. */
export interface LoadCommand {
  /** The Idempotency-Key; also names the request in the history. */
  readonly key: string;
  /** Who answers for what is acknowledged. */
  readonly service: ServiceName;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** `{chaos:…}` stands for the id of the party that is known by that reference. */
  readonly path: string;
  readonly body?: unknown;
  /** Whom or what it is about, for the history of a failure. */
  readonly subject: string;
  /** Codes of refusals that are in order here, e.g. of an order for somebody who was erased meanwhile. */
  readonly refusals?: readonly string[];
  /** Waits this long after the answer to the request before it. */
  readonly pauseMs?: number;
  /** Sends the `readAfter` of the answers in this story so far. */
  readonly readsItsWrites?: boolean;
  /** Is sent once more some time later and must then be answered as the first time. */
  readonly repeatAfterMs?: number;
}

/** Requests about one subject, one after the other. */
export interface Story {
  readonly stream: string;
  /** Milliseconds after the start of the load. */
  readonly at: number;
  readonly commands: readonly LoadCommand[];
}
