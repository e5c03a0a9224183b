import { createHash } from 'node:crypto';
import { fold, type Aggregate, type Decide } from './aggregate.js';
import { noPersonalFields, type EventCodec } from './codec.js';
import { currentContext } from './context.js';
import { CommandIdReused, ConcurrencyConflict, KeyErased } from './errors.js';
import type { DomainEvent, EventMeta, RecordedEvent } from './event.js';
import type { Append, AppendOutcome, EventLog, LoggedCommand, NewEvent } from './event-log.js';
import { newId } from './ids.js';
import { Upcasters } from './upcast.js';

const ATTEMPTS = 4;
const SNAPSHOT_EVERY = 100;

/** How one command is to be stored. */
export interface TransactOptions {
  /** Partition key: the party id where there is one. Default: the stream id. */
  readonly key?: string;
  /** Valid time of the events (ISO 8601). Default: now. */
  readonly occurredAt?: string;
  /** From `If-Match`: another version is a `ConcurrencyConflict`, never retried. */
  readonly expectedVersion?: number;
  /** Names the command: the same id is carried out once. Default: a new id. */
  readonly commandId?: string;
  /** Hash of the command's content; the same id with another content is `CommandIdReused`. */
  readonly fingerprint?: string;
  /** Kept with the command and given back when it is repeated. */
  readonly result?: unknown;
}

/** What a command did. `repeated`: it had been carried out before and this is what it did then. */
export interface Committed<Event extends DomainEvent = DomainEvent> {
  readonly streamId: string;
  readonly version: number;
  readonly lane: number;
  readonly position: bigint;
  readonly events: readonly Event[];
  readonly repeated: boolean;
  readonly result: unknown;
}

/** Clock of the store; tests give a fixed one. Milliseconds since 1970. */
export type Clock = () => number;

export interface EventStoreOptions {
  readonly codec?: EventCodec;
  readonly upcasters?: Upcasters;
  readonly clock?: Clock;
}

interface Loaded<State> {
  readonly state: State;
  readonly version: number;
  readonly key: string | undefined;
  readonly snapshotVersion: number;
}

/** Hash of any content, independent of the order of its keys. */
export function fingerprintOf(content: unknown): string {
  const canonical = JSON.stringify(content, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(canonical).digest('base64url');
}

/** Carries out decisions: loads, folds, decides, appends at the version read. The same on every `EventLog`. */
export class EventStore {
  private readonly codec: EventCodec;
  private readonly upcasters: Upcasters;
  readonly clock: Clock;

  constructor(
    readonly log: EventLog,
    options: EventStoreOptions = {},
  ) {
    this.codec = options.codec ?? noPersonalFields;
    this.upcasters = options.upcasters ?? new Upcasters();
    this.clock = options.clock ?? Date.now;
  }

  /**
   * Carries out one command on one stream, at most once per command id.
   * Retries the pure decision when somebody else was faster. Throws `Rejected`, `ConcurrencyConflict` (only with
   * `expectedVersion`), `CommandIdReused`, `KeyErased` or `StoreUnavailable`.
   */
  async transact<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    streamId: string,
    decide: Decide<State, Event>,
    options: TransactOptions = {},
  ): Promise<Committed<Event>> {
    const commandId = options.commandId ?? newId(this.clock());
    for (let attempt = 1; ; attempt++) {
      if (options.commandId !== undefined) {
        const prior = await this.log.findCommand(commandId);
        if (prior !== undefined) return this.repeated(prior, options);
      }
      const loaded = await this.load(aggregate, streamId);
      if (options.expectedVersion !== undefined && options.expectedVersion !== loaded.version)
        throw new ConcurrencyConflict(streamId, options.expectedVersion, loaded.version);
      const events = await this.decideOnce(decide, loaded.state, commandId, options);
      if (!Array.isArray(events)) return this.repeated(events as LoggedCommand, options);
      const append = await this.toAppend(aggregate, streamId, loaded, events as readonly Event[], { ...options, commandId });
      const outcome = await this.log.append(append);
      if (outcome.status === 'conflict' && attempt < ATTEMPTS && options.expectedVersion === undefined) continue;
      const committed = this.committed(outcome, append, events as readonly Event[], options);
      if (outcome.status === 'appended') await this.snapshot(aggregate, loaded, append, events as readonly Event[]);
      return committed;
    }
  }

  /**
   * Records a fact with a natural key: a stream of one event. The same content again is a `duplicate`, other content under
   * the same key a `conflict`, for ever. Throws `KeyErased` or `StoreUnavailable`.
   */
  async recordFact<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    streamId: string,
    event: Event,
    options: TransactOptions & { readonly fingerprint: string },
  ): Promise<{ readonly status: 'accepted' | 'duplicate' | 'conflict'; readonly committed: Committed<Event> }> {
    const none: Loaded<State> = { state: aggregate.initial, version: 0, key: undefined, snapshotVersion: 0 };
    const commandId = options.commandId ?? newId(this.clock());
    const append = await this.toAppend(aggregate, streamId, none, [event], { ...options, commandId });
    const outcome = await this.log.append(append);
    if (outcome.status !== 'conflict') {
      const committed = this.committed(outcome, append, [event], options);
      return { status: committed.repeated ? 'duplicate' : 'accepted', committed };
    }
    const [first] = await this.log.readStream(streamId, 0);
    if (first === undefined) throw new Error(`stream ${streamId} has a version but no event`);
    return {
      status: first.meta.fingerprint === options.fingerprint ? 'duplicate' : 'conflict',
      committed: { streamId, version: first.version, lane: first.lane, position: first.position, events: [], repeated: true, result: null },
    };
  }

  /** The state of a stream and its version, personal fields opened. `asOf` and `knownAt` bound valid and recording time. */
  async read<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    streamId: string,
    bounds: { readonly asOf?: string; readonly knownAt?: string } = {},
  ): Promise<{ readonly state: State; readonly version: number }> {
    if (bounds.asOf === undefined && bounds.knownAt === undefined) return this.load(aggregate, streamId);
    const { asOf, knownAt } = bounds;
    const events = (await this.readStream(streamId, aggregate.personal))
      .filter((event) => asOf === undefined || event.occurredAt <= asOf)
      .filter((event) => knownAt === undefined || event.recordedAt <= knownAt)
      .sort((left, right) => compare(left.occurredAt, right.occurredAt) || compare(left.version, right.version));
    return { state: fold(aggregate, events as Iterable<Event>), version: Math.max(0, ...events.map((event) => event.version)) };
  }

  /** Events of a stream, upcast and with the named personal fields opened. */
  async readStream(
    streamId: string,
    personal: Readonly<Record<string, readonly string[] | undefined>> = {},
    afterVersion = 0,
  ): Promise<readonly RecordedEvent[]> {
    const stored = await this.log.readStream(streamId, afterVersion);
    return this.opened(stored.map((event) => this.upcasters.upcast(event)), personal);
  }

  /** Lifts a stored event to the current version of its type; personal fields stay sealed. */
  upcast(event: RecordedEvent): RecordedEvent {
    return this.upcasters.upcast(event);
  }

  private async decideOnce<State, Event extends DomainEvent>(
    decide: Decide<State, Event>,
    state: State,
    commandId: string,
    options: TransactOptions,
  ): Promise<readonly Event[] | LoggedCommand> {
    try {
      return decide(state);
    } catch (error) {
      // Between the look-up and the load the same command may have been carried out by a concurrent retry.
      const prior = options.commandId === undefined ? undefined : await this.log.findCommand(commandId);
      if (prior !== undefined) return prior;
      throw error;
    }
  }

  private async load<State, Event extends DomainEvent>(aggregate: Aggregate<State, Event>, streamId: string): Promise<Loaded<State>> {
    const snapshot =
      aggregate.stateVersion === undefined ? undefined : await this.log.findSnapshot(streamId, aggregate.stateVersion);
    const from = snapshot === undefined ? aggregate.initial : await this.openState<State>(snapshot.state, snapshot.key, streamId);
    const events = await this.readStream(streamId, aggregate.personal, snapshot?.version ?? 0);
    const last = events.at(-1);
    return {
      state: fold(aggregate, events as Iterable<Event>, from),
      version: last?.version ?? snapshot?.version ?? 0,
      key: last?.key ?? snapshot?.key,
      snapshotVersion: snapshot?.version ?? 0,
    };
  }

  private async toAppend<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    streamId: string,
    loaded: Loaded<State>,
    events: readonly Event[],
    options: TransactOptions & { readonly commandId: string },
  ): Promise<Append> {
    const now = this.clock();
    const key = loaded.key ?? options.key ?? streamId;
    const stored = events.map((event) => this.toStored(aggregate, event, now, options));
    return {
      commandId: options.commandId,
      streamId,
      category: aggregate.category,
      key,
      expectedVersion: loaded.version,
      events: await this.sealed(aggregate, streamId, key, stored),
      fingerprint: options.fingerprint ?? '',
      result: options.result ?? null,
    };
  }

  private toStored(
    aggregate: { readonly hops?: Readonly<Record<string, string | undefined>> },
    event: DomainEvent,
    now: number,
    options: TransactOptions,
  ): NewEvent {
    const context = currentContext();
    const loopId = event.loopId ?? context.loopId;
    const hop = loopId === undefined ? undefined : aggregate.hops?.[event.type];
    const meta: EventMeta = {
      correlationId: context.correlationId,
      causationId: context.causationId ?? options.commandId ?? null,
      actor: context.actor,
      ...(loopId === undefined ? {} : { loopId }),
      ...(hop === undefined ? {} : { hop }),
      ...(options.fingerprint === undefined ? {} : { fingerprint: options.fingerprint }),
    };
    return {
      eventId: newId(now),
      type: event.type,
      schemaVersion: this.upcasters.currentVersion(event.type),
      data: event.data,
      meta,
      occurredAt: event.occurredAt ?? options.occurredAt ?? new Date(now).toISOString(),
    };
  }

  private async sealed<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    streamId: string,
    subject: string,
    events: readonly NewEvent[],
  ): Promise<readonly NewEvent[]> {
    const personal = (aggregate.personal ?? {}) as Readonly<Record<string, readonly string[] | undefined>>;
    const items = events.map((event) => ({ event, fields: personal[event.type] ?? [] }));
    const toSeal = items.filter((item) => item.fields.length > 0);
    if (toSeal.length === 0) return events;
    const sealed = await this.codec.seal(
      toSeal.map(({ event, fields }) => ({ subject, streamId, eventId: event.eventId, fields, data: event.data as Record<string, unknown> })),
    );
    const byId = new Map(toSeal.map(({ event }, index) => [event.eventId, sealed[index]]));
    return events.map((event) => ({ ...event, data: byId.get(event.eventId) ?? event.data }));
  }

  private async opened(
    events: readonly RecordedEvent[],
    personal: Readonly<Record<string, readonly string[] | undefined>>,
  ): Promise<readonly RecordedEvent[]> {
    const toOpen = events.filter((event) => (personal[event.type] ?? []).length > 0);
    if (toOpen.length === 0) return events;
    const opened = await this.codec.open(
      toOpen.map((event) => ({
        subject: event.key,
        streamId: event.streamId,
        eventId: event.eventId,
        fields: personal[event.type] ?? [],
        data: event.data as Record<string, unknown>,
      })),
    );
    const byId = new Map(toOpen.map((event, index) => [event.eventId, opened[index]]));
    return events.map((event) => ({ ...event, data: byId.get(event.eventId) ?? event.data }));
  }

  private committed<Event extends DomainEvent>(
    outcome: AppendOutcome,
    append: Append,
    events: readonly Event[],
    options: TransactOptions,
  ): Committed<Event> {
    switch (outcome.status) {
      case 'appended': {
        const { version, lane, position, result } = outcome.command;
        return { streamId: append.streamId, version, lane, position, events, repeated: false, result };
      }
      case 'repeated':
        return this.repeated(outcome.command, options);
      case 'conflict':
        throw new ConcurrencyConflict(append.streamId, append.expectedVersion, outcome.actualVersion);
      case 'gone':
        throw new KeyErased(append.key);
    }
  }

  private repeated<Event extends DomainEvent>(command: LoggedCommand, options: TransactOptions): Committed<Event> {
    if (command.fingerprint !== (options.fingerprint ?? '')) throw new CommandIdReused(command.commandId);
    const { streamId, version, lane, position, result } = command;
    return { streamId, version, lane, position, events: [], repeated: true, result };
  }

  /** Best effort after the commit: a snapshot that is missing costs time only. */
  private async snapshot<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    loaded: Loaded<State>,
    append: Append,
    events: readonly Event[],
  ): Promise<void> {
    const version = loaded.version + events.length;
    if (aggregate.stateVersion === undefined || version - loaded.snapshotVersion < SNAPSHOT_EVERY) return;
    const state = fold(aggregate, events, loaded.state);
    const sealed = aggregate.personal === undefined ? { state } : await this.sealState(state, append);
    await this.log.saveSnapshot({ streamId: append.streamId, key: append.key, stateVersion: aggregate.stateVersion, version, state: sealed });
  }

  private async sealState(state: unknown, append: Append): Promise<unknown> {
    const item = { subject: append.key, streamId: append.streamId, eventId: append.streamId, fields: ['state'], data: { state } };
    const [sealed] = await this.codec.seal([item]);
    return sealed;
  }

  private async openState<State>(stored: unknown, key: string, streamId: string): Promise<State> {
    const data = stored as Record<string, unknown>;
    if (typeof data['state'] !== 'string') return data['state'] as State;
    const [opened] = await this.codec.open([{ subject: key, streamId, eventId: streamId, fields: ['state'], data }]);
    return opened?.['state'] as State;
  }
}

function compare<Value extends string | number>(left: Value, right: Value): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
