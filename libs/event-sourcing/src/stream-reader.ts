import { fold, type Aggregate } from './aggregate.js';
import type { DomainEvent, RecordedEvent } from './event.js';
import type { EventLog, Snapshot } from './event-log.js';
import type { PersonalFields, Sealing } from './sealing.js';
import type { Upcasters } from './upcast.js';

const SNAPSHOT_EVERY = 100;

/** A stream folded to its last version. */
export interface Loaded<State> {
  readonly state: State;
  readonly version: number;
  /** Partition key; undefined while the stream has no event. */
  readonly key: string | undefined;
  readonly snapshotVersion: number;
}

export const unwritten = <State>(state: State): Loaded<State> => ({
  state,
  version: 0,
  key: undefined,
  snapshotVersion: 0,
});

/** Reads streams into states: upcast, opened, from the last snapshot where there is one. */
export class StreamReader {
  constructor(
    private readonly log: EventLog,
    private readonly sealing: Sealing,
    private readonly upcasters: Upcasters,
  ) {}

  async events(streamId: string, personal: PersonalFields = {}, afterVersion = 0): Promise<readonly RecordedEvent[]> {
    const stored = await this.log.readStream(streamId, afterVersion);
    return this.sealing.open(
      stored.map((event) => this.upcasters.upcast(event)),
      personal,
    );
  }

  async load<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    streamId: string,
  ): Promise<Loaded<State>> {
    const base = await this.fromSnapshot(aggregate, streamId);
    const events = await this.events(streamId, aggregate.personal, base.version);
    const last = events.at(-1);
    if (last === undefined) return base;
    return {
      ...base,
      state: fold(aggregate, events as Iterable<Event>, base.state),
      version: last.version,
      key: last.key,
    };
  }

  /** Best effort after the commit: a snapshot that is missing costs time only. */
  async keepSnapshot<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    before: Loaded<State>,
    { streamId, key, events }: { readonly streamId: string; readonly key: string; readonly events: readonly Event[] },
  ): Promise<void> {
    const version = before.version + events.length;
    if (aggregate.stateVersion === undefined || version - before.snapshotVersion < SNAPSHOT_EVERY) return;
    const state = fold(aggregate, events, before.state);
    const { stateVersion, personal } = aggregate;
    try {
      const stored = personal === undefined ? state : await this.sealing.sealState(state, { streamId, subject: key });
      await this.log.saveSnapshot({ streamId, key, stateVersion, version, state: stored });
    } catch {
      // The command is committed: its caller must not hear of a cache that could not be written.
    }
  }

  private async fromSnapshot<State, Event extends DomainEvent>(
    aggregate: Aggregate<State, Event>,
    streamId: string,
  ): Promise<Loaded<State>> {
    if (aggregate.stateVersion === undefined) return unwritten(aggregate.initial);
    const snapshot = await this.log.findSnapshot(streamId, aggregate.stateVersion);
    if (snapshot === undefined) return unwritten(aggregate.initial);
    const { version, key } = snapshot;
    return { state: (await this.stateOf(aggregate, snapshot)) as State, version, key, snapshotVersion: version };
  }

  private stateOf(aggregate: { readonly personal?: object }, { state, streamId, key }: Snapshot): unknown {
    return aggregate.personal === undefined ? state : this.sealing.openState(state, { streamId, subject: key });
  }
}
