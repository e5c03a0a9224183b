import type { Report } from '../report.js';
import { untilNoLag } from '../observe/no-lag.js';
import { play, type ScenarioOptions } from './scenario.js';
import type { Session } from './session.js';

const LAG_LIMIT_MS = 30_000;
/** Longer than the restarts take; the load ends with them. */
const LONGEST_MS = 15 * 60_000;

/** Every process of every service is stopped as it is meant to be and started again, one after the other, under load. */
export function runRolling(options: ScenarioOptions): Promise<Report> {
  return play(options, {
    durationMs: LONGEST_MS,
    untilDone: true,
    work: async (session) => {
      const seconds = await restartAll(session);
      return {
        figures: {
          'instances restarted': seconds.length,
          'slowest restart, s': Math.max(...seconds).toFixed(1),
          'requests that were not served': session.driver.failed.length,
        },
        afterLoad: async () => {
          const took = await untilNoLag(session.databases, LAG_LIMIT_MS);
          const name = 'lag is back to zero within 30 s';
          const breaches = took === undefined ? ['events were still on their way after 30 s'] : [];
          const counted = took === undefined ? 'not in time' : `after ${(took / 1000).toFixed(1)} s`;
          return { checks: [{ invariant: undefined, name, counted, breaches }] };
        },
      };
    },
  });
}

async function restartAll({ stack, faults, options: { say } }: Session): Promise<readonly number[]> {
  const seconds: number[] = [];
  for (const { name } of stack.instances) {
    const started = performance.now();
    await stack.stop(name);
    await stack.start(name);
    seconds.push((performance.now() - started) / 1000);
    faults.count('restart');
    say(`restarted ${name} (${(seconds.at(-1) ?? 0).toFixed(1)} s)`);
  }
  return seconds;
}
