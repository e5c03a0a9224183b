import { setTimeout as wait } from 'node:timers/promises';
import type { Report } from '../report.js';
import { cursorsOf, headsOfAll, untilMoved } from '../observe/passed.js';
import { play, type ScenarioOptions } from './scenario.js';

const KILLED = 'analytics-2';
const WARM_UP_MS = 20_000;
/** New events of every lane come in within this time. */
const AFTER_KILL_MS = 5_000;
/** The session time-out of a consumer group, and the time of the rebalance after it. */
const TAKES_OVER_WITHIN_MS = 30_000 + 10_000;

/** One of two instances of analytics is killed and stays down: the other takes over its lanes. */
export function runTakeover(options: ScenarioOptions): Promise<Report> {
  return play(options, {
    durationMs: 10 * 60_000,
    untilDone: true,
    work: async ({ stack, databases, faults, options: { say } }) => {
      await wait(WARM_UP_MS);
      await stack.kill(KILLED);
      faults.count('kill');
      const killedAt = performance.now();
      const from = await cursorsOf(databases, 'analytics');
      say(`killed ${KILLED}`);
      await wait(AFTER_KILL_MS);
      const heads = await headsOfAll(databases);
      const left = TAKES_OVER_WITHIN_MS - AFTER_KILL_MS;
      const tookOver = await untilMoved(databases, 'analytics', { from, heads }, left);
      const took = ((performance.now() - killedAt) / 1000).toFixed(1);
      await stack.start(KILLED);
      const name = 'the other instance takes over in time';
      const breach = `lanes of ${KILLED} stood still for ${TAKES_OVER_WITHIN_MS / 1000} s`;
      return {
        checks: [
          {
            ...{ invariant: undefined, name },
            counted: tookOver ? `every lane with something to do had moved ${took} s after the kill` : 'not in time',
            breaches: tookOver ? [] : [breach],
          },
        ],
      };
    },
  });
}
