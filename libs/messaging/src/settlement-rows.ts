import { newId } from '@crm/event-sourcing';
import type { Tx } from './consumer.js';
import type { FeedEvent } from './feed-event.js';
import type { PoisonEvent, Settlement, WaitingEvent } from './settlement.js';

const REFERENCES = 'unnest($2::text[], $3::smallint[], $4::bigint[], $5::text[], $6::text[])';
const PARK_EVENTS = `INSERT INTO bus.parked_event (consumer, source, lane, position, event_id, key)
  SELECT $1, r.* FROM ${REFERENCES} AS r ON CONFLICT DO NOTHING`;
// What waits again has been tried once more: it is tried later and later, until its key is released.
const KEEP_WAITING = `INSERT INTO bus.waiting (consumer, source, lane, position, event_id, key, needs, due_at)
  SELECT $1, r.source, r.lane, r.position, r.event_id, r.key, r.needs, clock_timestamp() + interval '1 second'
  FROM unnest($2::text[], $3::smallint[], $4::bigint[], $5::text[], $6::text[], $7::text[]) AS r(source, lane, position, event_id, key, needs)
  ON CONFLICT (consumer, source, lane, position) DO UPDATE SET needs = excluded.needs, tries = waiting.tries + 1,
    due_at = clock_timestamp() + least(2 ^ least(waiting.tries + 1, 10), 300) * interval '1 second'`;
const BURY = `INSERT INTO bus.dead_letter (id, consumer, source, incarnation, lane, position, event_id, key, type,
    error_class, error_code, message, fingerprint, attempts, started_attempts)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
  ON CONFLICT (consumer, source, incarnation, lane, position) DO UPDATE SET error_class = excluded.error_class,
    error_code = excluded.error_code, message = excluded.message, fingerprint = excluded.fingerprint,
    attempts = dead_letter.attempts + excluded.attempts, started_attempts = excluded.started_attempts,
    last_at = excluded.last_at, status = 'open', resolved_by = NULL, resolved_at = NULL`;
const PARK_KEY = 'INSERT INTO bus.parked_key (consumer, source, key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
const RELEASE = `UPDATE bus.waiting SET due_at = '-infinity' WHERE consumer = $1 AND needs = ANY($2::text[])`;

/** Writes what is kept of a batch, and releases what waited for it; tells whether something waiting can go on. */
export async function writeSettlement(tx: Tx, consumer: string, settlement: Settlement): Promise<boolean> {
  await parkEvents(tx, consumer, settlement.parked);
  await keepWaiting(tx, consumer, settlement.waiting);
  for (const poison of settlement.poison) await bury(tx, consumer, poison);
  if (settlement.satisfied.size === 0) return false;
  const { rowCount } = await tx.query(RELEASE, [consumer, [...settlement.satisfied]]);
  return (rowCount ?? 0) > 0;
}

async function parkEvents(tx: Tx, consumer: string, events: readonly FeedEvent[]): Promise<void> {
  if (events.length > 0) await tx.query(PARK_EVENTS, [consumer, ...references(events)]);
}

async function keepWaiting(tx: Tx, consumer: string, waiting: readonly WaitingEvent[]): Promise<void> {
  if (waiting.length === 0) return;
  await tx.query(KEEP_WAITING, [
    consumer,
    ...references(waiting.map(({ event }) => event)),
    waiting.map(({ needs }) => needs),
  ]);
}

async function bury(tx: Tx, consumer: string, { event, finding }: PoisonEvent): Promise<void> {
  const { source, incarnation, lane, position, eventId, key, type } = event;
  const { errorClass, errorCode, message, fingerprint } = finding.failure;
  const about = [newId(), consumer, source, incarnation, lane, String(position), eventId, key, type];
  await tx.query(BURY, [
    ...about,
    errorClass,
    errorCode,
    message,
    fingerprint,
    finding.attempts,
    finding.startedAttempts,
  ]);
  await tx.query(PARK_KEY, [consumer, source, key]);
}

function references(events: readonly FeedEvent[]): unknown[] {
  return [
    events.map((event) => event.source),
    events.map((event) => event.lane),
    events.map((event) => String(event.position)),
    events.map((event) => event.eventId),
    events.map((event) => event.key),
  ];
}
