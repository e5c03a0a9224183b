import { checked, type CheckResult } from './check.js';
import type { Services } from './deployment.js';

const GAPS = `SELECT lane, count(*)::int AS events, max(position)::int AS head, min(position)::int AS first
  FROM es.event GROUP BY lane ORDER BY lane`;
const STREAMS = `SELECT stream_id FROM (
    SELECT stream_id, version, lane, position, row_number() OVER (PARTITION BY stream_id ORDER BY version) AS expected,
      lag(position) OVER (PARTITION BY stream_id ORDER BY version) AS before,
      lag(lane) OVER (PARTITION BY stream_id ORDER BY version) AS lane_before
    FROM es.event) e
  WHERE version <> expected OR position <= before OR lane <> lane_before`;
const COMMANDS = `SELECT c.command_id FROM es.command_log c
  LEFT JOIN es.event e ON e.lane = c.lane AND e.position = c.position
  WHERE c.position > 0 AND (e.position IS NULL OR (e.stream_id = c.stream_id AND e.version <> c.version))
    OR c.version > 0 AND NOT EXISTS (SELECT FROM es.event s WHERE s.stream_id = c.stream_id AND s.version = c.version)`;

/** 2: positions of a lane are 1..n. */
export async function lanesAreGapless(services: Services): Promise<CheckResult> {
  const breaches: string[] = [];
  let events = 0;
  for (const [service, { context }] of services) {
    const { pool } = context;
    const { rows } = await pool.query<{ lane: number; events: number; head: number; first: number }>(GAPS);
    for (const row of rows) {
      events += row.events;
      if (row.events !== row.head || row.first !== 1)
        breaches.push(`${service} lane ${String(row.lane)}: ${String(row.events)} events, head ${String(row.head)}`);
    }
  }
  return checked(2, 'lanes are gapless', `${String(events)} events`, breaches);
}

/** 3: versions of a stream are 1..n, in the order of their positions, in one lane. */
export async function streamsAreOrdered(services: Services): Promise<CheckResult> {
  const breaches: string[] = [];
  let streams = 0;
  for (const [service, { context }] of services) {
    const { pool } = context;
    const { rows } = await pool.query<{ stream_id: string }>(STREAMS);
    breaches.push(...rows.map((row) => `${service} stream ${row.stream_id}`));
    streams +=
      (await pool.query<{ n: number }>('SELECT count(DISTINCT stream_id)::int AS n FROM es.event')).rows[0]?.n ?? 0;
  }
  return checked(3, 'streams are in order', `${String(streams)} streams`, breaches);
}

/** 8: what a repeated command would be answered with is what is stored. */
export async function commandsAnswerAlike(services: Services): Promise<CheckResult> {
  const breaches: string[] = [];
  let commands = 0;
  for (const [service, { context }] of services) {
    const { pool } = context;
    const { rows } = await pool.query<{ command_id: string }>(COMMANDS);
    breaches.push(...rows.map((row) => `${service} command ${row.command_id}`));
    commands += (await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM es.command_log')).rows[0]?.n ?? 0;
  }
  return checked(8, 'repeated commands are answered with what they did', `${String(commands)} commands`, breaches);
}
