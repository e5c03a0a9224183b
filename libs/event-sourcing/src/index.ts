export { fold, type Aggregate, type Decide } from './aggregate.js';
export { noPersonalFields, type EventCodec, type SubjectFields } from './codec.js';
export { currentContext, runInContext, type Context } from './context.js';
export {
  CommandIdReused,
  ConcurrencyConflict,
  KeyErased,
  Rejected,
  StoreUnavailable,
  type FieldError,
  type RejectionDetails,
} from './errors.js';
export type { DomainEvent, EventMeta, Json, RecordedEvent, RecordedFacts } from './event.js';
export type {
  Append,
  Appended,
  AppendOutcome,
  EventLog,
  Incarnation,
  LanePositions,
  LoggedCommand,
  NewEvent,
  Snapshot,
} from './event-log.js';
export {
  EventStore,
  type AppendObserver,
  type Clock,
  type Committed,
  type EventStoreOptions,
  type TransactOptions,
} from './event-store.js';
export { fingerprintOf } from './fingerprint.js';
export { deriveId, idOfHash, isId, newId } from './ids.js';
export { LANES, laneOf } from './lanes.js';
export { Stopwatch } from './stopwatch.js';
export {
  activeTraceId,
  activeTraceparent,
  inSpan,
  openSpan,
  type OpenSpan,
  type SpanAttributes,
  type SpanWish,
} from './tracing.js';
export { Upcasters, type Upcaster } from './upcast.js';
export { InMemoryEventLog } from './in-memory/in-memory-event-log.js';
export { plainArray, textArray } from './postgres/array-literals.js';
export { isTransientError } from './postgres/errors.js';
export { beginIncarnation, INCARNATION_SCHEMA } from './postgres/incarnations.js';
export { createPool, unhurried, type PoolOptions } from './postgres/pool.js';
export { PostgresEventLog } from './postgres/postgres-event-log.js';
export { EVENT_STORE_SCHEMA } from './postgres/schema.js';
export { inSnapshot, inTransaction } from './postgres/transactions.js';
