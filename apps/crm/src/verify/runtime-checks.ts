import { rebuildProjection } from '@crm/messaging';
import type { ApiClient } from '../api-client.js';
import type { Loop } from '../loop-text.js';
import { checked, type CheckResult } from './check.js';
import { poolOf, type Services } from './deployment.js';

const PRESENTED_TWICE = `SELECT stream_id::text AS message FROM es.event WHERE type = 'TreatmentPresented' GROUP BY stream_id HAVING count(*) > 1`;
const CONTACTED_TWICE = `SELECT data->>'campaignId' || ' ' || (data->>'waveId') || ' ' || (data->>'partyId') AS message FROM es.event
  WHERE type = 'TreatmentPresented' GROUP BY data->>'campaignId', data->>'waveId', data->>'partyId' HAVING count(*) > 1`;

const CONTROL_PRESENTED = `SELECT e.data->>'treatmentId' AS message FROM es.event e JOIN rm.wave_member m
  ON m.wave_id = (e.data->>'waveId')::uuid AND m.party_id = (e.data->>'partyId')::uuid AND m.arm = 'control'
  WHERE e.type = 'TreatmentPresented'`;

/** 5: nobody was presented a treatment twice, and nobody in a control group one at all. */
export async function nothingIsDoneTwice(services: Services): Promise<CheckResult> {
  const pool = poolOf(services, 'marketing');
  const breaches: string[] = [];
  for (const [what, sql] of [
    ['presented twice', PRESENTED_TWICE],
    ['presented twice', CONTACTED_TWICE],
    ['presented to the control group', CONTROL_PRESENTED],
  ] as const)
    breaches.push(...(await pool.query<{ message: string }>(sql)).rows.map(({ message }) => `${what}: ${message}`));
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
  const all = [...services].flatMap(([name, { projections, context }]) =>
    projections.map((projection) => ({ name, projection, pool: context.pool })),
  );
  for (const [done, { name, projection, pool }] of all.entries()) {
    onProgress(done, all.length);
    const feeds = [...services].map(([source, { ownFeed, publicFeed }]) => (source === name ? ownFeed : publicFeed));
    const { tables } = await rebuildProjection({ projection, feeds, pool });
    for (const { table, onlyLive, onlyRebuilt } of tables)
      if (onlyLive + onlyRebuilt > 0)
        breaches.push(`${name} ${table}: ${String(onlyLive)} rows only live, ${String(onlyRebuilt)} only rebuilt`);
  }
  return checked(6, 'read models equal their rebuild', `${String(all.length)} read models`, breaches);
}

/** 7: every loop's counts reconcile. */
export async function loopsReconcile(client: ApiClient): Promise<CheckResult> {
  const loops = await client.as('analyst').all<{ readonly loopId: string }>('/v1/loops');
  const breaches: string[] = [];
  for (const { loopId } of loops) {
    const loop = await client.as('analyst').get<Loop>(`/v1/loops/${loopId}`);
    if (loop.caughtUp === false)
      breaches.push(`loop ${loopId}: not everything has arrived, or a source does not answer`);
    breaches.push(
      ...loop.breaks.map(
        ({ hop, expected, found }) => `loop ${loopId} hop ${hop}: expected ${String(expected)}, found ${String(found)}`,
      ),
    );
  }
  return checked(7, 'loops reconcile', `${String(loops.length)} loops`, breaches);
}
