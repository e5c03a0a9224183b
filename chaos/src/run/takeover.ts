import { setTimeout as wait } from 'node:timers/promises';
import type { Report } from '../report.js';
import type { Databases } from '../observe/databases.js';
import { headsOfAll, untilPassed } from '../observe/passed.js';
import { play, type ScenarioOptions } from './scenario.js';

const KILLED = 'analytics-2';
const WARM_UP_MS = 20_000;
const CATCHES_UP_WITHIN_MS = 60_000;
/** New events of every lane come in within this time. */
const AFTER_KILL_MS = 5_000;
/** Lanes go to others after a session time-out of 30 s; the rebalance and what had waited may take as long as half of it. */
const TAKES_OVER_WITHIN_MS = 45_000;

const passed = async (databases: Databases, withinMs: number): Promise<boolean> =>
  untilPassed(databases, ['analytics'], await headsOfAll(databases), withinMs);

/** One of two instances of analytics is killed and stays down: the other takes over its lanes. */
export function runTakeover(options: ScenarioOptions): Promise<Report> {
  return play(options, {
    durationMs: 10 * 60_000,
    untilDone: true,
    work: async ({ stack, databases, faults, options: { say } }) => {
      await wait(WARM_UP_MS);
      if (!(await passed(databases, CATCHES_UP_WITHIN_MS)))
        throw new Error('analytics is behind before anything failed');
      await stack.kill(KILLED);
      faults.count('kill');
      const killedAt = performance.now();
      say(`killed ${KILLED}`);
      await wait(AFTER_KILL_MS);
      const tookOver = await passed(databases, TAKES_OVER_WITHIN_MS - AFTER_KILL_MS);
      const took = ((performance.now() - killedAt) / 1000).toFixed(1);
      await stack.start(KILLED);
      const name = 'the other instance takes over in time';
      const breach = `what ${KILLED} left was not handled within ${TAKES_OVER_WITHIN_MS / 1000} s`;
      return {
        checks: [
          {
            ...{ invariant: undefined, name },
            counted: tookOver ? `everything of the lanes left was handled ${took} s after the kill` : 'not in time',
            breaches: tookOver ? [] : [breach],
          },
        ],
      };
    },
  });
}
