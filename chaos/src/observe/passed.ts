import { setTimeout as wait } from 'node:timers/promises';
import { SERVICES, type ServiceName } from '@crm/contracts';
import type { Databases } from './databases.js';
import { headsOf, type Heads } from './lag.js';

const LOOK_AGAIN_MS = 200;
const CURSORS = 'SELECT consumer, source, lane::int AS lane, position FROM bus.cursor';

interface Cursor {
  readonly source: ServiceName;
  readonly lane: number;
  readonly position: number;
}

/** Where every log ends now. */
export async function headsOfAll(databases: Databases): Promise<ReadonlyMap<ServiceName, Heads>> {
  const heads = new Map<ServiceName, Heads>();
  for (const service of SERVICES) heads.set(service, await headsOf(databases, service));
  return heads;
}

/** Waits until every consumer of some services has passed heads, whatever came after them; false when the time was over. */
export async function untilPassed(
  databases: Databases,
  services: readonly ServiceName[],
  heads: ReadonlyMap<ServiceName, Heads>,
  withinMs: number,
): Promise<boolean> {
  const endsAt = performance.now() + withinMs;
  const isBehind = async (service: ServiceName): Promise<boolean> =>
    (await databases.rows<Cursor>(service, CURSORS)).some(
      ({ source, lane, position }) => position < (heads.get(source)?.get(lane) ?? 0),
    );
  for (const service of services)
    while (await isBehind(service)) {
      if (performance.now() > endsAt) return false;
      await wait(LOOK_AGAIN_MS);
    }
  return true;
}
