import { AsyncLocalStorage } from 'node:async_hooks';
import { newId } from './ids.js';
import { activeTraceparent } from './tracing.js';

/** What travels from an HTTP request over the log to every effect, by itself. */
export interface Context {
  readonly correlationId: string;
  readonly causationId: string | null;
  /** Who acts: `user:<sub>`, `client:<key name>`, `service:<name>`, or `system`. */
  readonly actor: string;
  readonly loopId?: string;
  /** The span that goes on where this context is taken up again, as W3C `traceparent`; only of a trace that is kept. */
  readonly traceparent?: string;
}

const storage = new AsyncLocalStorage<Context>();

/** Runs `work` and everything that it awaits in this context. */
export function runInContext<T>(context: Context, work: () => T): T {
  return storage.run(context, work);
}

/** The context of the running command; outside any, a new correlation of the system itself. */
export function currentContext(): Context {
  const context = storage.getStore() ?? { correlationId: newId(), causationId: null, actor: 'system' };
  const traceparent = activeTraceparent();
  return traceparent === undefined ? context : { ...context, traceparent };
}
