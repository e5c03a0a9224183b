import type { EventMeta, RecordedEvent } from './event.js';

/** An event on its way into the log: sealed, with its ids and times. */
export interface NewEvent {
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
  readonly meta: EventMeta;
  readonly occurredAt: string;
}

/** One command's append: all of its events or none. */
export interface Append {
  /** Names the command; null when nobody can repeat it, and nothing needs to be remembered of it. */
  readonly commandId: string | null;
  readonly streamId: string;
  readonly category: string;
  readonly key: string;
  /** The version that the decision was made on; -1 for any. */
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
  /** Hash of the command's content; another content under the same command id is refused. */
  readonly fingerprint: string;
  /** What a repeated command is answered with. */
  readonly result: unknown;
}

/** A command that the log holds. */
export interface LoggedCommand {
  readonly commandId: string;
  readonly streamId: string;
  readonly version: number;
  readonly lane: number;
  /** Position of its last event; of a command without events, the head that it saw. */
  readonly position: bigint;
  readonly fingerprint: string;
  readonly result: unknown;
}

/** Where an append ended: the stream's version, and the position of its last event. */
export type Appended = Pick<LoggedCommand, 'version' | 'lane' | 'position'>;

/** What became of an append. `conflict` carries the actual version, `repeated` what the first one did, `gone` an erased key. */
export type AppendOutcome =
  | ({ readonly status: 'appended' } & Appended)
  | { readonly status: 'repeated'; readonly command: LoggedCommand }
  | { readonly status: 'conflict'; readonly actualVersion: number }
  | { readonly status: 'gone' };

/** A state kept so that a long stream need not be read whole; a cache, never the truth. */
export interface Snapshot {
  readonly streamId: string;
  readonly key: string;
  readonly stateVersion: number;
  readonly version: number;
  readonly state: unknown;
}

/** Positions by lane; index = lane. */
export type LanePositions = readonly bigint[];

/** A life of the log: from the heads with which it began to where the next one begins. */
export interface Incarnation {
  readonly incarnation: string;
  /** Null for the first one. */
  readonly predecessor: string | null;
  /** Events up to here were the predecessor's too; what it had after them is lost. */
  readonly heads: LanePositions;
  readonly at: string;
}

/**
 * The port of the store: an append-only log in lanes with gapless positions.
 * An append is visible to every reader before it is answered, and lanes are read in the order of their commits.
 */
export interface EventLog {
  readonly lanes: number;
  /** Changes when the log was restored from a backup: positions may then mean other events. */
  incarnation(): Promise<string>;
  /** All incarnations that the log had, oldest first; the last one is the present one. */
  incarnations(): Promise<readonly Incarnation[]>;
  append(append: Append): Promise<AppendOutcome>;
  /** Events of a stream after a version, oldest first. */
  readStream(streamId: string, afterVersion: number): Promise<readonly RecordedEvent[]>;
  /** Events of every lane after the position given for it, at most `limit` a lane, in order within each lane. */
  readLanes(after: LanePositions, limit: number): Promise<readonly RecordedEvent[]>;
  heads(): Promise<LanePositions>;
  findCommand(commandId: string): Promise<LoggedCommand | undefined>;
  findSnapshot(streamId: string, stateVersion: number): Promise<Snapshot | undefined>;
  saveSnapshot(snapshot: Snapshot): Promise<void>;
  /** Refuses everything new for a key, for ever, and drops its snapshots. */
  bury(key: string): Promise<void>;
  isBuried(key: string): Promise<boolean>;
  /** Calls back after appends of this process, without a promise that every append is reported: a hint to read, not the truth. */
  onAppended(listener: () => void): () => void;
}
