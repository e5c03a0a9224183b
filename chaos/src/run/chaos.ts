import type { FaultName } from '../faults/kinds.js';
import { scheduleFaults } from '../faults/schedule.js';
import type { Report } from '../report.js';
import type { ServiceName } from '@crm/contracts';
import { backedUp } from './restore.js';
import { play, type ScenarioOptions } from './scenario.js';

export interface ChaosOptions extends ScenarioOptions {
  readonly minutes: number;
  readonly kinds: readonly FaultName[];
  /** How long a stopped process stands still. */
  readonly stopSeconds: number;
  /** Gets back a backup of the beginning, in the end. */
  readonly restore?: ServiceName;
}

const NO_CLOCKS = 'clock-jump, which needs libfaketime (Debian: apt-get install faketime)';

/** The fault matrix, drawn by the seed. */
export function runChaos(options: ChaosOptions): Promise<Report> {
  const { seed, minutes, kinds, stopSeconds, restore, say } = options;
  const durationMs = minutes * 60_000;
  return play(options, {
    durationMs,
    work: async (session) => {
      const { faults, topology } = session;
      const last = restore === undefined ? undefined : await backedUp(session, restore);
      const schedule = scheduleFaults({ seed, durationMs, kinds, topology, stopMs: stopSeconds * 1000 });
      const notDone = !topology.clocks && kinds.includes('clock-jump') ? { 'not done': NO_CLOCKS } : {};
      for (const what of Object.values(notDone)) say(`NOT DONE: ${what}`);
      say(`load for ${minutes} min with ${schedule.length} faults, seed ${seed}`);
      await faults.run(schedule);
      return { figures: notDone, ...(last === undefined ? {} : { last }) };
    },
  });
}
