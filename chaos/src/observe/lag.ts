import { SERVICES, type ServiceName } from '@crm/contracts';
import type { Databases } from './databases.js';

/** Where a log ends, by lane. */
export type Heads = ReadonlyMap<number, number>;

const HEADS = 'SELECT lane::int AS lane, max(position) AS position FROM es.event GROUP BY lane';
const CURSORS = 'SELECT consumer, source, lane::int AS lane, position FROM bus.cursor';
const RELAY = 'SELECT lane::int AS lane, position FROM bus.relay';

interface Place {
  readonly lane: number;
  readonly position: number;
}

/** Events that somebody has not got yet. */
export interface Lag {
  /** Of the consumer that is furthest behind. */
  readonly consumers: number;
  /** Not on the broker yet. */
  readonly relay: number;
  readonly furthest: string;
}

export async function headsOf(databases: Databases, service: ServiceName): Promise<Heads> {
  const rows = await databases.rows<{ lane: number; position: number }>(service, HEADS);
  return new Map(rows.map(({ lane, position }) => [lane, position]));
}

/** How far everybody is behind everybody's log. */
export async function lagOf(databases: Databases): Promise<Lag> {
  const heads = new Map<string, Heads>();
  for (const service of SERVICES) heads.set(service, await headsOf(databases, service));
  const behind = new Map<string, number>();
  let relay = 0;
  for (const service of SERVICES) {
    const cursors = await databases.rows<Place & { consumer: string; source: string }>(service, CURSORS);
    for (const [name, source, places] of grouped(service, cursors))
      behind.set(name, missing(heads.get(source) ?? new Map(), places));
    relay += missing(heads.get(service) ?? new Map(), await databases.rows<Place>(service, RELAY));
  }
  const [furthest = '', consumers = 0] = [...behind].sort(([, a], [, b]) => b - a)[0] ?? [];
  return { consumers, relay, furthest };
}

function grouped(
  service: string,
  cursors: readonly (Place & { consumer: string; source: string })[],
): readonly (readonly [name: string, source: string, places: readonly Place[]])[] {
  const groups = new Map<string, { source: string; places: Place[] }>();
  for (const { consumer, source, lane, position } of cursors) {
    const name = `${service} ${consumer} of ${source}`;
    const group = groups.get(name) ?? { source, places: [] };
    group.places.push({ lane, position });
    groups.set(name, group);
  }
  return [...groups].map(([name, { source, places }]) => [name, source, places]);
}

function missing(heads: Heads, places: readonly Place[]): number {
  const at = new Map(places.map(({ lane, position }) => [lane, position]));
  return [...heads].reduce((sum, [lane, head]) => sum + Math.max(0, head - (at.get(lane) ?? 0)), 0);
}
