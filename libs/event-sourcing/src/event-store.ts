import { fold, type Aggregate, type Decide } from './aggregate.js';
import { noPersonalFields, type EventCodec } from './codec.js';
import { CommandIdReused, ConcurrencyConflict, KeyErased } from './errors.js';
import type { DomainEvent, RecordedEvent } from './event.js';
import type { Append, AppendOutcome, EventLog, LoggedCommand } from './event-log.js';
import { newEvents } from './new-events.js';
import { Sealing, type PersonalFields } from './sealing.js';
import { StreamReader, unwritten, type Loaded } from './stream-reader.js';
import { Upcasters } from './upcast.js';

const ATTEMPTS = 4;

/** How one command is to be stored. */
export interface TransactOptions {
  /** Partition key: the party id where there is one. Default: the stream id. */
  readonly key?: string;
  /** Valid time of the events (ISO 8601). Default: now. */
  readonly occurredAt?: string;
  /** From `If-Match`: another version is a `ConcurrencyConflict`, never retried. */
  readonly expectedVersion?: number;
  /** Names the command: the same id is carried out once. Default: none, for a command that nobody repeats. */
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

/** Told what became of an append, and after how many milliseconds. */
export type AppendObserver = (outcome: AppendOutcome['status'] | 'failed', ms: number) => void;

export interface EventStoreOptions {
  readonly codec?: EventCodec;
  readonly upcasters?: Upcasters;
  readonly clock?: Clock;
  readonly onAppend?: AppendObserver;
}

/** Carries out decisions: loads, folds, decides, appends at the version read. The same on every `EventLog`. */
export class EventStore {
  private readonly sealing: Sealing;
  private readonly upcasters: Upcasters;
  private readonly streams: StreamReader;
  readonly clock: Clock;

  constructor(
    readonly log: EventLog,
    private readonly options: EventStoreOptions = {},
  ) {
    this.sealing = new Sealing(options.codec ?? noPersonalFields);
    this.upcasters = options.upcasters ?? new Upcasters();
    this.streams = new StreamReader(log, this.sealing, this.upcasters);
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
    for (let attempt = 1; ; attempt++) {
      const prior = await this.priorOf(options);
      if (prior !== undefined) return this.repeated(prior, options);
      const loaded = await this.streams.load(aggregate, streamId);
      expectVersion(options.expectedVersion, loaded.version, streamId);
      const decided = await this.decideOnce(decide, loaded.state, options);
      if ('prior' in decided) return this.repeated(decided.prior, options);
      const { events } = decided;
      const append = await this.toAppend(aggregate, { streamId, ...loaded }, events, options);
      const outcome = await this.append(append);
      if (outcome.status === 'conflict' && attempt < ATTEMPTS && options.expectedVersion === undefined) continue;
      const committed = this.committed(outcome, append, events, options);
      if (!committed.repeated)
        await this.streams.keepSnapshot(aggregate, loaded, { streamId, key: append.key, events });
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
    const append = await this.toAppend(aggregate, { streamId, ...unwritten(aggregate.initial) }, [event], options);
    const outcome = await this.append(append);
    if (outcome.status !== 'conflict') {
      const committed = this.committed(outcome, append, [event], options);
      return { status: committed.repeated ? 'duplicate' : 'accepted', committed };
    }
    const [first] = await this.log.readStream(streamId, 0);
    if (first === undefined) throw new Error(`stream ${streamId} has a version but no event`);
    return {
      status: first.meta.fingerprint === options.fingerprint ? 'duplicate' : 'conflict',
      committed: {
        streamId,
        version: first.version,
        lane: first.lane,
        position: first.position,
        events: [],
        repeated: true,
        result: null,
      },
    };
  }

  /** The state of a stream and its version, personal fields opened. `asOf` and `knownAt` bound valid and recording time. */
  async read<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    streamId: string,
    bounds: { readonly asOf?: string; readonly knownAt?: string } = {},
  ): Promise<{ readonly state: State; readonly version: number }> {
    if (bounds.asOf === undefined && bounds.knownAt === undefined) return this.streams.load(aggregate, streamId);
    const { asOf, knownAt } = bounds;
    const events = (await this.readStream(streamId, aggregate.personal))
      .filter((event) => asOf === undefined || event.occurredAt <= asOf)
      .filter((event) => knownAt === undefined || event.recordedAt <= knownAt)
      .sort((left, right) => compare(left.occurredAt, right.occurredAt) || compare(left.version, right.version));
    return {
      state: fold(aggregate, events as Iterable<Event>),
      version: Math.max(0, ...events.map((event) => event.version)),
    };
  }

  /** Events of a stream, upcast and with the named personal fields opened. */
  readStream(streamId: string, personal: PersonalFields = {}, afterVersion = 0): Promise<readonly RecordedEvent[]> {
    return this.streams.events(streamId, personal, afterVersion);
  }

  /** Lifts a stored event to the current version of its type; personal fields stay sealed. */
  upcast(event: RecordedEvent): RecordedEvent {
    return this.upcasters.upcast(event);
  }

  private async append(append: Append): Promise<AppendOutcome> {
    const startedAt = performance.now();
    let outcome: AppendOutcome['status'] | 'failed' = 'failed';
    try {
      const answer = await this.log.append(append);
      outcome = answer.status;
      return answer;
    } finally {
      this.options.onAppend?.(outcome, performance.now() - startedAt);
    }
  }

  private async priorOf({ commandId }: TransactOptions): Promise<LoggedCommand | undefined> {
    return commandId === undefined ? undefined : this.log.findCommand(commandId);
  }

  private async decideOnce<State, Event extends DomainEvent>(
    decide: Decide<State, Event>,
    state: State,
    options: TransactOptions,
  ): Promise<{ readonly events: readonly Event[] } | { readonly prior: LoggedCommand }> {
    try {
      return { events: decide(state) };
    } catch (error) {
      // Between the look-up and the load the same command may have been carried out by a concurrent retry.
      const prior = await this.priorOf(options);
      if (prior !== undefined) return { prior };
      throw error;
    }
  }

  private async toAppend<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    stream: Pick<Loaded<State>, 'version' | 'key'> & { readonly streamId: string },
    events: readonly Event[],
    command: TransactOptions,
  ): Promise<Append> {
    const { streamId, version } = stream;
    const key = stream.key ?? command.key ?? streamId;
    const stored = newEvents(events, aggregate.hops ?? {}, command, { upcasters: this.upcasters, now: this.clock() });
    return {
      commandId: command.commandId ?? null,
      streamId,
      category: aggregate.category,
      key,
      expectedVersion: version,
      events: await this.sealing.seal(stored, aggregate.personal ?? {}, { streamId, subject: key }),
      fingerprint: command.fingerprint ?? '',
      result: command.result ?? null,
    };
  }

  private committed<Event extends DomainEvent>(
    outcome: AppendOutcome,
    append: Append,
    events: readonly Event[],
    options: TransactOptions,
  ): Committed<Event> {
    switch (outcome.status) {
      case 'appended': {
        const { version, lane, position } = outcome;
        return { streamId: append.streamId, version, lane, position, events, repeated: false, result: append.result };
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
}

function expectVersion(expected: number | undefined, actual: number, streamId: string): void {
  if (expected !== undefined && expected !== actual) throw new ConcurrencyConflict(streamId, expected, actual);
}

function compare<Value extends string | number>(left: Value, right: Value): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
