import { setTimeout as wait } from 'node:timers/promises';
import { SERVICES, type ServiceName } from '@crm/contracts';
import type { Databases } from './databases.js';
import { headsOf, type Heads } from './lag.js';

const LOOK_AGAIN_MS = 200;
const CURSORS = 'SELECT consumer, source, lane::int AS lane, position FROM bus.cursor';

/** Where a consumer stands in one lane of a source. */
export interface Cursor {
  readonly consumer: string;
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

export async function cursorsOf(databases: Databases, service: ServiceName): Promise<readonly Cursor[]> {
  return databases.rows<Cursor>(service, CURSORS);
}

/** Waits until every cursor of a service has moved that stood behind these heads; false when the time was over. */
export async function untilMoved(
  databases: Databases,
  service: ServiceName,
  { from, heads }: { readonly from: readonly Cursor[]; readonly heads: ReadonlyMap<ServiceName, Heads> },
  withinMs: number,
): Promise<boolean> {
  const endsAt = performance.now() + withinMs;
  const keyOf = ({ consumer, source, lane }: Cursor): string => `${consumer} ${source} ${String(lane)}`;
  const behind = from.filter(({ source, lane, position }) => position < (heads.get(source)?.get(lane) ?? 0));
  const stood = new Map(behind.map((cursor) => [keyOf(cursor), cursor.position]));
  const standsStill = (cursor: Cursor): boolean => stood.get(keyOf(cursor)) === cursor.position;
  while ((await cursorsOf(databases, service)).some(standsStill)) {
    if (performance.now() > endsAt) return false;
    await wait(LOOK_AGAIN_MS);
  }
  return true;
}
