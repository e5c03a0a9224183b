import type { ServiceName } from '@crm/contracts';
import { rebuildProjection } from '@crm/messaging';
import type { RunningService } from '@crm/platform';
import type { ApiClient } from '../api-client.js';
import type { Loop } from '../loop-text.js';
import { checked, type CheckResult } from './check.js';
import type { Databases } from './log-checks.js';

type Services = ReadonlyMap<ServiceName, RunningService>;

const PRESENTED_TWICE = `SELECT stream_id::text AS message FROM es.event WHERE type = 'TreatmentPresented' GROUP BY stream_id HAVING count(*) > 1`;
const CONTACTED_TWICE = `SELECT data->>'campaignId' || ' ' || (data->>'waveId') || ' ' || (data->>'partyId') AS message FROM es.event
  WHERE type = 'TreatmentPresented' GROUP BY data->>'campaignId', data->>'waveId', data->>'partyId' HAVING count(*) > 1`;

/** 4: every consumer stands exactly at the head of every source. */
export async function consumersAreComplete(services: Services): Promise<CheckResult> {
  const breaches: string[] = [];
  let cursors = 0;
  for (const [name, { runner }] of services) {
    for (const { consumer, sources } of await runner.status())
      for (const { source, lanes } of sources)
        for (const { lane, position, head } of lanes) {
          cursors += 1;
          if (position !== head)
            breaches.push(
              `${name} ${consumer} ${source} lane ${String(lane)}: at ${String(position)} of ${String(head)}`,
            );
        }
  }
  return checked(4, 'what is published is what was applied', `${String(cursors)} cursors`, breaches);
}

/** 5: nobody was presented a treatment twice. */
export async function nothingIsDoneTwice(databases: Databases): Promise<CheckResult> {
  const pool = databases.get('marketing');
  if (pool === undefined) return checked(5, 'no effect happened twice', 'no marketing database', []);
  const breaches: string[] = [];
  for (const sql of [PRESENTED_TWICE, CONTACTED_TWICE])
    breaches.push(
      ...(await pool.query<{ message: string }>(sql)).rows.map(({ message }) => `presented twice: ${message}`),
    );
  const presented = await pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM es.event WHERE type = 'TreatmentPresented'`,
  );
  return checked(5, 'no effect happened twice', `${String(presented.rows[0]?.n ?? 0)} presentations`, breaches);
}

/** 6: every read model equals one that is rebuilt from the first event. */
export async function projectionsAreDeterministic(
  services: Services,
  onProgress: (done: number, total: number) => void,
): Promise<CheckResult> {
  const breaches: string[] = [];
  const all = [...services].flatMap(([name, service]) =>
    service.projections.map((projection) => ({ name, service, projection })),
  );
  for (const [done, { name, service, projection }] of all.entries()) {
    onProgress(done, all.length);
    const { tables } = await rebuildProjection({ projection, feeds: service.feeds, pool: service.context.pool });
    for (const { table, onlyLive, onlyRebuilt } of tables)
      if (onlyLive + onlyRebuilt > 0)
        breaches.push(`${name} ${table}: ${String(onlyLive)} rows only live, ${String(onlyRebuilt)} only rebuilt`);
  }
  return checked(6, 'read models equal their rebuild', `${String(all.length)} read models`, breaches);
}

/** 7: every loop's counts reconcile. */
export async function loopsReconcile(client: ApiClient): Promise<CheckResult> {
  const { items } = await client
    .as('analyst')
    .get<{ readonly items: readonly { readonly loopId: string }[] }>('/v1/loops?limit=200');
  const breaches: string[] = [];
  for (const { loopId } of items) {
    const loop = await client.as('analyst').get<Loop>(`/v1/loops/${loopId}`);
    breaches.push(
      ...loop.breaks.map(
        ({ hop, expected, found }) => `loop ${loopId} hop ${hop}: expected ${String(expected)}, found ${String(found)}`,
      ),
    );
  }
  return checked(7, 'loops reconcile', `${String(items.length)} loops`, breaches);
}

/** 9: nothing lags, waits, is parked or was given up. */
export async function nothingIsStalled(services: Services): Promise<CheckResult> {
  const breaches: string[] = [];
  let consumers = 0;
  for (const [name, { runner }] of services)
    for (const { consumer, state, parkedKeys, deadLetters, waiting } of await runner.status()) {
      consumers += 1;
      if (parkedKeys + deadLetters + waiting > 0)
        breaches.push(
          `${name} ${consumer}: ${String(parkedKeys)} parked keys, ${String(deadLetters)} dead letters, ${String(waiting)} waiting`,
        );
      if (state === 'incarnation-changed') breaches.push(`${name} ${consumer}: stopped, its source was restored`);
    }
  return checked(9, 'nothing is stalled', `${String(consumers)} consumers`, breaches);
}
