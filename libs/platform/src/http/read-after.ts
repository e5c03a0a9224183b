import { Rejected } from '@crm/event-sourcing';

/** A place in a service's log that a read model must have reached. */
export interface LogPosition {
  readonly service: string;
  readonly incarnation: string;
  readonly lane: number;
  readonly position: bigint;
}

/** The content of a `Read-After` token: at most one position a lane. */
export type ReadAfter = readonly LogPosition[];

/** Waits until read models have reached the positions that concern them; positions of others it ignores. `signal` ends the wait. */
export interface ReadAfterGate {
  wait(token: ReadAfter, readModels: readonly string[], signal: AbortSignal): Promise<void>;
}

type Packed = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

const MAX_LENGTH = 8_192;

/** One set with the furthest position of every lane. */
export function mergeReadAfter(...sets: readonly ReadAfter[]): ReadAfter {
  const furthest = new Map<string, LogPosition>();
  for (const place of sets.flat()) {
    const lane = `${place.service} ${place.incarnation} ${String(place.lane)}`;
    const known = furthest.get(lane);
    if (known === undefined || known.position < place.position) furthest.set(lane, place);
  }
  return [...furthest.values()];
}

/** The token of a set, opaque to clients. */
export function formatReadAfter(set: ReadAfter): string {
  const packed: Record<string, Record<string, Record<string, string>>> = {};
  for (const { service, incarnation, lane, position } of mergeReadAfter(set))
    ((packed[service] ??= {})[incarnation] ??= {})[String(lane)] = position.toString();
  return Buffer.from(JSON.stringify(packed)).toString('base64url');
}

/** The set of a token; `Rejected` with 400 when it is none. */
export function parseReadAfter(token: string): ReadAfter {
  try {
    if (token.length > MAX_LENGTH) throw new Error('too long');
    const packed = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Packed;
    return Object.entries(packed).flatMap(([service, incarnations]) =>
      Object.entries(incarnations).flatMap(([incarnation, lanes]) =>
        Object.entries(lanes).map(([lane, position]) => place(service, incarnation, lane, position)),
      ),
    );
  } catch {
    throw new Rejected('read-after-malformed', 'Send the `readAfter` of an answer as it is', { status: 400 });
  }
}

function place(service: string, incarnation: string, lane: string, position: unknown): LogPosition {
  if (!/^\d{1,4}$/.test(lane) || typeof position !== 'string' || !/^\d{1,19}$/.test(position))
    throw new Error('not a position');
  return { service, incarnation, lane: Number(lane), position: BigInt(position) };
}

const WAIT_MS = 2_000;

/** Waits at the gate for at most 2 s, then `Rejected` with 503 `read-after-timeout`. */
export async function waitForReadModels(
  gate: ReadAfterGate,
  token: ReadAfter,
  readModels: readonly string[],
  waitMs: number = WAIT_MS,
): Promise<void> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), waitMs);
  });
  const arrived = gate.wait(token, readModels, stop.signal);
  try {
    if ((await Promise.race([arrived, late])) !== 'late') return;
    arrived.catch(() => undefined);
    throw new Rejected('read-after-timeout', 'The read model is behind; try again', { status: 503, retryAfter: 1 });
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}
