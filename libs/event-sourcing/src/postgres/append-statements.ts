import type pg from 'pg';
import { plainArray, textArray } from './array-literals.js';
import type { Append, Appended, AppendOutcome, LoggedCommand } from '../event-log.js';

interface OutcomeRow {
  readonly no: number;
  readonly status: AppendOutcome['status'];
  readonly command_id: string;
  readonly stream_id: string;
  readonly version: number;
  readonly lane: number;
  readonly position: bigint;
  readonly fingerprint: string;
  readonly result: unknown;
}

type CommandRow = Omit<OutcomeRow, 'no' | 'status'>;

const APPEND = {
  name: 'es-append',
  text: `SELECT * FROM es.append($1::smallint[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::smallint[], $7::int[], $8::int[], $9::text[],
    $10::text[], $11::int[], $12::int[], $13::uuid[], $14::text[], $15::smallint[], $16::text[], $17::text[], $18::timestamptz[])`,
};
const APPEND_ONE = {
  name: 'es-append-one',
  text: `SELECT * FROM es.append_one($1, $2, $3, $4, $5::smallint, $6, $7, $8, $9, $10, $11::smallint, $12, $13, $14)`,
};
const FIND_COMMANDS = {
  name: 'es-find-commands',
  text: `SELECT command_id, stream_id, version, lane, position, fingerprint, result FROM es.command_log WHERE command_id = ANY($1::uuid[])`,
};

const FIND_APPENDED = {
  name: 'es-find-appended',
  text: `SELECT e.event_id, e.version, e.lane, e.position FROM unnest($1::uuid[], $2::uuid[]) AS a(stream_id, event_id)
    JOIN es.event e ON e.stream_id = a.stream_id AND e.event_id = a.event_id`,
};

/** One flush: every command gets its own outcome, and a conflict of one never fails the others. */
export async function appendMany(
  pool: pg.Pool,
  items: readonly { readonly append: Append; readonly lane: number }[],
): Promise<readonly AppendOutcome[]> {
  const appends = items.map((item) => item.append);
  const events = appends.flatMap((append, index) =>
    append.events.map((event, nth) => ({ command: index + 1, nth: nth + 1, event })),
  );
  // Ascending, so that two instances never wait for each other in a circle.
  const locks = [...new Set(items.map((item) => item.lane))].sort((left, right) => left - right);
  const { rows } = await pool.query<OutcomeRow>(APPEND, [
    plainArray(locks),
    plainArray(appends.map((append) => append.commandId)),
    plainArray(appends.map((append) => append.streamId)),
    textArray(appends.map((append) => append.category)),
    plainArray(appends.map((append) => append.key)),
    plainArray(items.map((item) => item.lane)),
    plainArray(appends.map((append) => append.expectedVersion)),
    plainArray(appends.map((append) => append.events.length)),
    textArray(appends.map((append) => append.fingerprint)),
    textArray(appends.map(resultOf)),
    plainArray(events.map((item) => item.command)),
    plainArray(events.map((item) => item.nth)),
    plainArray(events.map((item) => item.event.eventId)),
    textArray(events.map((item) => item.event.type)),
    plainArray(events.map((item) => item.event.schemaVersion)),
    textArray(events.map((item) => JSON.stringify(item.event.data))),
    textArray(events.map((item) => JSON.stringify(item.event.meta))),
    textArray(events.map((item) => item.event.occurredAt)),
  ]);
  return rows.map(toOutcome);
}

/** The fast path of a store with one caller: one command of one event. */
export async function appendOne(pool: pg.Pool, append: Append, lane: number): Promise<readonly AppendOutcome[]> {
  const [event] = append.events;
  if (event === undefined) throw new Error('appendOne takes a command of one event');
  const { rows } = await pool.query<OutcomeRow>(APPEND_ONE, [
    append.commandId,
    append.streamId,
    append.category,
    append.key,
    lane,
    append.expectedVersion,
    append.fingerprint,
    resultOf(append),
    event.eventId,
    event.type,
    event.schemaVersion,
    JSON.stringify(event.data),
    JSON.stringify(event.meta),
    event.occurredAt,
  ]);
  return rows.map(toOutcome);
}

/** Commands that the log holds, by command id. */
export async function findCommands(
  pool: pg.Pool,
  commandIds: readonly string[],
): Promise<ReadonlyMap<string, LoggedCommand>> {
  const { rows } = await pool.query<CommandRow>(FIND_COMMANDS, [commandIds]);
  return new Map(rows.map((row) => [row.command_id, toCommand(row)]));
}

/** Appends that are stored, by the id of their last event. */
export async function findAppended(pool: pg.Pool, appends: readonly Append[]): Promise<ReadonlyMap<string, Appended>> {
  const last = appends.flatMap(({ streamId, events }) =>
    events.slice(-1).map(({ eventId }) => ({ streamId, eventId })),
  );
  const { rows } = await pool.query<Appended & { readonly event_id: string }>(FIND_APPENDED, [
    last.map(({ streamId }) => streamId),
    last.map(({ eventId }) => eventId),
  ]);
  return new Map(rows.map(({ event_id, version, lane, position }) => [event_id, { version, lane, position }]));
}

/** What a repeated command is answered with, as it is stored. */
export const resultOf = ({ result }: Append): string | null => (result === null ? null : JSON.stringify(result));

function toOutcome(row: OutcomeRow): AppendOutcome {
  switch (row.status) {
    case 'appended':
      return { status: 'appended', version: row.version, lane: row.lane, position: row.position };
    case 'repeated':
      return { status: 'repeated', command: toCommand(row) };
    case 'conflict':
      return { status: 'conflict', actualVersion: row.version };
    case 'gone':
      return { status: 'gone' };
  }
}

function toCommand(row: CommandRow): LoggedCommand {
  return {
    commandId: row.command_id,
    streamId: row.stream_id,
    version: row.version,
    lane: row.lane,
    position: row.position,
    fingerprint: row.fingerprint,
    result: row.result,
  };
}
