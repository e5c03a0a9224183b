import type { ServiceName } from '@crm/contracts';
import type { LanePositions } from '@crm/event-sourcing';
import { serviceOf, type Services } from './deployment.js';

interface CursorRow {
  readonly consumer: string;
  readonly source: string;
  readonly incarnation: string;
  readonly lane: number;
  readonly position: bigint;
}

/** Where a lane of a consumer stands, and between which heads the lane was meanwhile. */
export interface LaneStanding {
  readonly service: ServiceName;
  readonly consumer: string;
  readonly source: string;
  readonly lane: number;
  readonly position: bigint;
  /** The head before the cursor was read. */
  readonly atLeast: bigint;
  /** The head after it. */
  readonly atMost: bigint;
  /** Whether the cursor counts another log than the source has now. */
  readonly otherLog: boolean;
}

interface Log {
  readonly incarnation: string;
  readonly heads: LanePositions;
}

/** Reads from the databases where every consumer of every service stands in each of its sources. */
export async function consumersStanding(services: Services): Promise<readonly LaneStanding[]> {
  const before = await logsOf(services);
  const cursors = new Map<ServiceName, readonly CursorRow[]>();
  for (const [name, { context }] of services)
    cursors.set(
      name,
      (await context.pool.query<CursorRow>('SELECT consumer, source, incarnation, lane, position FROM bus.cursor'))
        .rows,
    );
  const after = await logsOf(services);
  return [...services].flatMap(([service, { consumers }]) =>
    consumers.flatMap((consumer) =>
      [...new Set(consumer.sources.map((source) => source.service as ServiceName))].flatMap((source) => {
        const rows = cursors.get(service)?.filter((row) => row.consumer === consumer.name && row.source === source);
        return lanesOf({ service, consumer: consumer.name, source }, rows ?? [], [before, after]);
      }),
    ),
  );
}

function lanesOf(
  at: Pick<LaneStanding, 'service' | 'consumer'> & { readonly source: ServiceName },
  rows: readonly CursorRow[],
  logs: readonly [ReadonlyMap<ServiceName, Log>, ReadonlyMap<ServiceName, Log>],
): readonly LaneStanding[] {
  const [before, after] = logs.map((log) => log.get(at.source));
  if (before === undefined || after === undefined)
    throw new Error(`${at.consumer} follows ${at.source}, which is not checked`);
  return after.heads.map((atMost, lane) => {
    const row = rows.find((one) => one.lane === lane);
    const otherLog = row !== undefined && row.incarnation !== after.incarnation;
    return { ...at, lane, position: row?.position ?? 0n, atLeast: before.heads[lane] ?? 0n, atMost, otherLog };
  });
}

async function logsOf(services: Services): Promise<ReadonlyMap<ServiceName, Log>> {
  const logs = new Map<ServiceName, Log>();
  for (const name of services.keys()) {
    const { log } = serviceOf(services, name).context.store;
    logs.set(name, { incarnation: await log.incarnation(), heads: await log.heads() });
  }
  return logs;
}

/** Whether a lane is where it should be when nothing is left to do. */
export const isComplete = ({ position, atLeast, atMost, otherLog }: LaneStanding): boolean =>
  position >= atLeast && position <= atMost && !otherLog;
