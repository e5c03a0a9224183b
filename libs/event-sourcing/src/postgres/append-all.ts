import type pg from 'pg';
import type { Append, AppendOutcome } from '../event-log.js';
import { plainArray, textArray } from './array-literals.js';
import { resultOf } from './append-statements.js';

const APPEND_ALL = {
  name: 'es-append-all',
  text: `SELECT es.append_all($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::smallint[], $7::int[], $8::uuid[], $9::int[],
    $10::uuid[], $11::text[], $12::uuid[], $13::text[], $14::smallint[], $15::text[], $16::text[], $17::timestamptz[],
    $18::uuid[], $19::uuid[], $20::int[], $21::smallint[], $22::int[], $23::text[], $24::text[]) AS heads`,
};

interface Placed {
  readonly append: Append;
  readonly lane: number;
  /** Events of the same lane up to and with this append's last, within the flush. */
  readonly end: number;
}

/**
 * One flush in which every command goes through: positions follow from the heads, so nothing is looked up per command but
 * its version. Undefined, with nothing stored, when one is a conflict, a repetition or about an erased key.
 */
export async function appendAll(
  pool: pg.Pool,
  items: readonly { readonly append: Append; readonly lane: number }[],
): Promise<readonly AppendOutcome[] | undefined> {
  const placed = placedInLanes(items);
  const events = placed.flatMap(({ append, lane, end }) =>
    append.events.map((event, index) => ({
      event,
      append,
      lane,
      offset: end - append.events.length + index + 1,
      version: append.expectedVersion + index + 1,
    })),
  );
  const named = placed.filter(({ append }) => append.commandId !== null);
  const { rows } = await pool.query<{ heads: readonly bigint[] | null }>(APPEND_ALL, [
    plainArray([...new Set(items.map(({ lane }) => lane))].sort((left, right) => left - right)),
    plainArray(placed.map(({ append }) => append.commandId)),
    plainArray(placed.map(({ append }) => append.streamId)),
    plainArray(placed.map(({ append }) => append.key)),
    plainArray(placed.map(({ append }) => append.expectedVersion)),
    plainArray(events.map(({ lane }) => lane)),
    plainArray(events.map(({ offset }) => offset)),
    plainArray(events.map(({ append }) => append.streamId)),
    plainArray(events.map(({ version }) => version)),
    plainArray(events.map(({ event }) => event.eventId)),
    textArray(events.map(({ append }) => append.category)),
    plainArray(events.map(({ append }) => append.key)),
    textArray(events.map(({ event }) => event.type)),
    plainArray(events.map(({ event }) => event.schemaVersion)),
    textArray(events.map(({ event }) => JSON.stringify(event.data))),
    textArray(events.map(({ event }) => JSON.stringify(event.meta))),
    plainArray(events.map(({ event }) => event.occurredAt)),
    plainArray(named.map(({ append }) => append.commandId)),
    plainArray(named.map(({ append }) => append.streamId)),
    plainArray(named.map(({ append }) => append.expectedVersion + append.events.length)),
    plainArray(named.map(({ lane }) => lane)),
    plainArray(named.map(({ end }) => end)),
    textArray(named.map(({ append }) => append.fingerprint)),
    textArray(named.map(({ append }) => resultOf(append))),
  ]);
  const heads = rows[0]?.heads ?? undefined;
  return heads === undefined ? undefined : placed.map((one) => outcomeOf(one, heads));
}

function placedInLanes(items: readonly { readonly append: Append; readonly lane: number }[]): readonly Placed[] {
  const ends = new Map<number, number>();
  return items.map(({ append, lane }) => {
    const end = (ends.get(lane) ?? 0) + append.events.length;
    ends.set(lane, end);
    return { append, lane, end };
  });
}

function outcomeOf({ append, lane, end }: Placed, heads: readonly bigint[]): AppendOutcome {
  const version = append.expectedVersion + append.events.length;
  return { status: 'appended', version, lane, position: (heads[lane] ?? 0n) + BigInt(end) };
}
