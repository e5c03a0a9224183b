import { setTimeout as wait } from 'node:timers/promises';
import type { Databases } from './databases.js';
import { lagOf } from './lag.js';

const LOOK_AGAIN_MS = 100;

/** Waits until every consumer has everything and the broker too; how long it took, or nothing when the time was over. */
export async function untilNoLag(databases: Databases, withinMs: number): Promise<number | undefined> {
  const started = performance.now();
  while (performance.now() - started < withinMs) {
    const lag = await lagOf(databases).catch(() => undefined);
    if (lag !== undefined && lag.consumers + lag.relay === 0) return performance.now() - started;
    await wait(LOOK_AGAIN_MS);
  }
  return undefined;
}
