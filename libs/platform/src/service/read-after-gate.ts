import type { ConsumerRunner } from '@crm/messaging';
import type { ReadAfterGate } from '../http/read-after.js';

const SLICE_MS = 500;

/** Waits on the cursors of the read models; lanes that a read model does not follow never hold it up. */
export function readAfterGate(runner: ConsumerRunner): ReadAfterGate {
  return {
    async wait(token, readModels, signal) {
      const positions = token.map(({ service, incarnation, lane, position }) => ({
        source: service,
        incarnation,
        lane,
        position,
      }));
      while (!signal.aborted) if (await runner.waitFor(positions, readModels, SLICE_MS)) return;
    },
  };
}
