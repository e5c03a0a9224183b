import type { RecordedEvent } from '../event.js';
import type {
  Append,
  Appended,
  AppendOutcome,
  EventLog,
  Incarnation,
  LanePositions,
  LoggedCommand,
  Snapshot,
} from '../event-log.js';
import { newId } from '../ids.js';
import { LANES, laneOf } from '../lanes.js';

/** The event log in memory, for tests of everything above it: the same promises, nothing survives the process. */
export class InMemoryEventLog implements EventLog {
  readonly lanes = LANES;
  private readonly id = newId();
  private readonly byLane: RecordedEvent[][] = Array.from({ length: LANES }, () => []);
  private readonly streams = new Map<string, RecordedEvent[]>();
  private readonly commands = new Map<string, LoggedCommand>();
  private readonly snapshots = new Map<string, Snapshot>();
  private readonly buried = new Set<string>();
  private readonly listeners = new Set<() => void>();

  private readonly began: string;

  constructor(private readonly clock: () => number = Date.now) {
    this.began = new Date(clock()).toISOString();
  }

  incarnation(): Promise<string> {
    return Promise.resolve(this.id);
  }

  incarnations(): Promise<readonly Incarnation[]> {
    const heads = Array.from({ length: this.lanes }, () => 0n);
    return Promise.resolve([{ incarnation: this.id, predecessor: null, heads, at: this.began }]);
  }

  append(append: Append): Promise<AppendOutcome> {
    return Promise.resolve(this.appendNow(append));
  }

  readStream(streamId: string, afterVersion: number): Promise<readonly RecordedEvent[]> {
    return Promise.resolve((this.streams.get(streamId) ?? []).slice(afterVersion));
  }

  readLanes(after: LanePositions, limit: number): Promise<readonly RecordedEvent[]> {
    return Promise.resolve(
      this.byLane.flatMap((events, lane) => events.slice(Number(after[lane] ?? 0n), Number(after[lane] ?? 0n) + limit)),
    );
  }

  heads(): Promise<LanePositions> {
    return Promise.resolve(this.byLane.map((events) => BigInt(events.length)));
  }

  findCommand(commandId: string): Promise<LoggedCommand | undefined> {
    return Promise.resolve(this.commands.get(commandId));
  }

  findSnapshot(streamId: string, stateVersion: number): Promise<Snapshot | undefined> {
    return Promise.resolve(this.snapshots.get(`${streamId}/${String(stateVersion)}`));
  }

  saveSnapshot(snapshot: Snapshot): Promise<void> {
    const id = `${snapshot.streamId}/${String(snapshot.stateVersion)}`;
    const newer = (this.snapshots.get(id)?.version ?? 0) < snapshot.version;
    if (newer && !this.buried.has(snapshot.key))
      this.snapshots.set(id, JSON.parse(JSON.stringify(snapshot)) as Snapshot);
    return Promise.resolve();
  }

  bury(key: string): Promise<void> {
    this.buried.add(key);
    for (const [id, snapshot] of this.snapshots) if (snapshot.key === key) this.snapshots.delete(id);
    return Promise.resolve();
  }

  isBuried(key: string): Promise<boolean> {
    return Promise.resolve(this.buried.has(key));
  }

  onAppended(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private appendNow(append: Append): AppendOutcome {
    const prior = append.commandId === null ? undefined : this.commands.get(append.commandId);
    if (prior !== undefined) return { status: 'repeated', command: prior };
    if (this.buried.has(append.key)) return { status: 'gone' };
    const stream = this.streams.get(append.streamId) ?? [];
    if (append.expectedVersion >= 0 && append.expectedVersion !== stream.length)
      return { status: 'conflict', actualVersion: stream.length };
    return { status: 'appended', ...this.place(append, stream) };
  }

  private place(append: Append, stream: RecordedEvent[]): Appended {
    const lane = laneOf(append.key, this.lanes);
    const events = this.byLane[lane] ?? [];
    const recordedAt = [new Date(this.clock()).toISOString(), events.at(-1)?.recordedAt ?? ''].sort().at(-1) ?? '';
    for (const event of append.events) {
      const recorded: RecordedEvent = {
        lane,
        position: BigInt(events.length + 1),
        eventId: event.eventId,
        streamId: append.streamId,
        category: append.category,
        version: stream.length + 1,
        key: append.key,
        type: event.type,
        schemaVersion: event.schemaVersion,
        data: JSON.parse(JSON.stringify(event.data)) as unknown,
        meta: event.meta,
        occurredAt: event.occurredAt,
        recordedAt,
      };
      stream.push(recorded);
      events.push(recorded);
    }
    if (append.events.length > 0) this.streams.set(append.streamId, stream);
    const appended = { version: stream.length, lane, position: BigInt(events.length) };
    const { commandId, streamId, fingerprint, result } = append;
    if (commandId !== null) this.commands.set(commandId, { commandId, streamId, fingerprint, result, ...appended });
    for (const listener of this.listeners) listener();
    return appended;
  }
}
