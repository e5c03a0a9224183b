import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '@crm/contracts';
import type { ServiceContext } from '@crm/platform';
import { loopsProjection } from './loops.projection.js';

const LOOK_AGAIN_MS = 25;
const POSITIONS = 'SELECT source, lane, position FROM bus.cursor WHERE consumer = $1';

interface LanePosition {
  readonly source: string;
  readonly lane: number;
  readonly position: bigint;
}

type Context = Pick<ServiceContext, 'name' | 'store' | 'pool' | 'services'>;

/** Every source of the loops. */
export const LOOP_SOURCES = ['analytics', 'marketing', 'sales', 'service'] as const satisfies readonly ServiceName[];

/**
 * Waits until the rows of loops hold everything that the sources hold now; whether they do in time. They do not when a
 * source gives no answer, since nobody can tell then what it holds.
 */
export async function caughtUp(
  context: Context,
  sources: readonly ServiceName[],
  patienceMs: number,
): Promise<boolean> {
  const heads = await Promise.all(sources.map((source) => headsOf(context, source)));
  const reached = await reachedPositions(
    context.pool,
    heads.flatMap((known) => known ?? []),
    patienceMs,
  );
  return reached && !heads.includes(undefined);
}

/** Waits until the rows of loops have reached positions; whether they do in time. */
export async function reachedPositions(
  pool: ServiceContext['pool'],
  positions: readonly LanePosition[],
  patienceMs: number,
): Promise<boolean> {
  const end = performance.now() + patienceMs;
  while (!(await havePassed(pool, positions))) {
    if (performance.now() >= end) return false;
    await sleep(LOOK_AGAIN_MS);
  }
  return true;
}

/** Nothing when the source cannot be reached. */
async function headsOf(
  { name, store, services }: Context,
  source: ServiceName,
): Promise<readonly LanePosition[] | undefined> {
  if (source === name) return (await store.log.heads()).map((position, lane) => ({ source, lane, position }));
  interface Lanes {
    readonly lanes: readonly { readonly lane: number; readonly head: string }[];
  }
  const answer = await services.get<Lanes>(source, `/v1/feeds/${source}/lanes`).catch(() => undefined);
  return answer?.lanes.map(({ lane, head }) => ({ source, lane, position: BigInt(head) }));
}

async function havePassed(pool: ServiceContext['pool'], heads: readonly LanePosition[]): Promise<boolean> {
  const { rows } = await pool.query<LanePosition>(POSITIONS, [loopsProjection.name]);
  const at = new Map(rows.map(({ source, lane, position }) => [`${source} ${String(lane)}`, position]));
  return heads.every(({ source, lane, position }) => (at.get(`${source} ${String(lane)}`) ?? 0n) >= position);
}
