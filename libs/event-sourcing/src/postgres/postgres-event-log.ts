import type pg from 'pg';
import type { RecordedEvent } from '../event.js';
import type {
  Append,
  AppendOutcome,
  EventLog,
  Incarnation,
  LanePositions,
  LoggedCommand,
  Snapshot,
} from '../event-log.js';
import { LANES, laneOf } from '../lanes.js';
import { findCommands } from './append-statements.js';
import { EVENT_COLUMNS, toRecorded, type EventRow } from './event-row.js';
import { GroupCommit } from './group-commit.js';
import { incarnationsOf } from './incarnations.js';
import { LoadBatch } from './load-batch.js';
import { whenReachable } from './when-reachable.js';

const READ_STREAMS = {
  name: 'es-read-streams',
  text: `SELECT ${EVENT_COLUMNS} FROM es.event e WHERE stream_id = ANY($1::uuid[]) ORDER BY stream_id, version`,
};
const READ_STREAM_AFTER = {
  name: 'es-read-stream-after',
  text: `SELECT ${EVENT_COLUMNS} FROM es.event e WHERE stream_id = $1 AND version > $2 ORDER BY version`,
};
const READ_LANES = {
  name: 'es-read-lanes',
  text: `SELECT e.* FROM unnest($1::bigint[]) WITH ORDINALITY AS l(after, no)
    CROSS JOIN LATERAL (SELECT ${EVENT_COLUMNS} FROM es.event e WHERE e.lane = l.no - 1 AND e.position > l.after ORDER BY e.position LIMIT $2) e
    ORDER BY e.lane, e.position`,
};
const HEADS = {
  name: 'es-heads',
  text: `SELECT coalesce((SELECT position FROM es.event WHERE lane = l ORDER BY position DESC LIMIT 1), 0)::bigint AS head
    FROM generate_series(0, $1::int - 1) l ORDER BY l`,
};
const FIND_SNAPSHOTS = {
  name: 'es-find-snapshots',
  text: `SELECT s.stream_id, s.key, s.state_version, s.version, s.state FROM es.snapshot s
    JOIN unnest($1::uuid[], $2::int[]) AS w(stream_id, state_version) USING (stream_id, state_version)`,
};
// A subject may be erased between the load and this write: then nothing of them is kept.
const SAVE_SNAPSHOT = {
  name: 'es-save-snapshot',
  text: `INSERT INTO es.snapshot (stream_id, key, state_version, version, state)
    SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT FROM es.tombstone WHERE key = $2)
    ON CONFLICT (stream_id, state_version) DO UPDATE SET version = excluded.version, state = excluded.state
    WHERE es.snapshot.version < excluded.version`,
};

interface SnapshotRow {
  readonly stream_id: string;
  readonly state_version: number;
  readonly key: string;
  readonly version: number;
  readonly state: unknown;
}

/** The event log on PostgreSQL ≥ 15, read and written on the primary with `synchronous_commit = on`. Schema: `EVENT_STORE_SCHEMA`, `INCARNATION_SCHEMA`. */
export class PostgresEventLog implements EventLog {
  readonly lanes = LANES;
  private readonly listeners = new Set<() => void>();
  private readonly commits: GroupCommit;
  private readonly streams: LoadBatch<readonly RecordedEvent[]>;
  private readonly commands: LoadBatch<LoggedCommand>;
  private readonly snapshots: LoadBatch<Snapshot>;

  constructor(private readonly pool: pg.Pool) {
    this.commits = new GroupCommit(pool, this.lanes, () => {
      for (const listener of this.listeners) listener();
    });
    this.streams = new LoadBatch((ids) => whenReachable(() => this.readStreams(ids)));
    this.commands = new LoadBatch((ids) => whenReachable(() => findCommands(pool, ids)));
    this.snapshots = new LoadBatch((ids) => whenReachable(() => this.findSnapshots(ids)));
  }

  async incarnation(): Promise<string> {
    const { rows } = await this.pool.query<{ incarnation: string }>('SELECT incarnation FROM es.store');
    const [row] = rows;
    if (row === undefined) throw new Error('the event store has no incarnation: run its migrations');
    return row.incarnation;
  }

  incarnations(): Promise<readonly Incarnation[]> {
    return incarnationsOf(this.pool);
  }

  append(append: Append): Promise<AppendOutcome> {
    return this.commits.submit(append);
  }

  async readStream(streamId: string, afterVersion: number): Promise<readonly RecordedEvent[]> {
    if (afterVersion === 0) return (await this.streams.load(streamId)) ?? [];
    const { rows } = await whenReachable(() => this.pool.query<EventRow>(READ_STREAM_AFTER, [streamId, afterVersion]));
    return rows.map(toRecorded);
  }

  async readLanes(after: LanePositions, limit: number): Promise<readonly RecordedEvent[]> {
    const { rows } = await this.pool.query<EventRow>(READ_LANES, [after.map(String), limit]);
    return rows.map(toRecorded);
  }

  async heads(): Promise<LanePositions> {
    const { rows } = await this.pool.query<{ head: bigint }>(HEADS, [this.lanes]);
    return rows.map((row) => row.head);
  }

  findCommand(commandId: string): Promise<LoggedCommand | undefined> {
    return this.commands.load(commandId);
  }

  findSnapshot(streamId: string, stateVersion: number): Promise<Snapshot | undefined> {
    return this.snapshots.load(`${streamId}/${String(stateVersion)}`);
  }

  async saveSnapshot({ streamId, key, stateVersion, version, state }: Snapshot): Promise<void> {
    await this.pool.query(SAVE_SNAPSHOT, [streamId, key, stateVersion, version, JSON.stringify(state)]);
  }

  async bury(key: string): Promise<void> {
    await this.pool.query('SELECT es.bury($1, $2::smallint)', [key, laneOf(key, this.lanes)]);
  }

  async isBuried(key: string): Promise<boolean> {
    const { rowCount } = await this.pool.query('SELECT FROM es.tombstone WHERE key = $1', [key]);
    return rowCount === 1;
  }

  onAppended(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async findSnapshots(ids: readonly string[]): Promise<ReadonlyMap<string, Snapshot>> {
    const wanted = ids.map((id) => id.split('/'));
    const { rows } = await this.pool.query<SnapshotRow>(FIND_SNAPSHOTS, [
      wanted.map(([id]) => id),
      wanted.map(([, version]) => version),
    ]);
    return new Map(
      rows.map(({ stream_id: streamId, state_version: stateVersion, ...rest }) => [
        `${streamId}/${String(stateVersion)}`,
        { streamId, stateVersion, ...rest },
      ]),
    );
  }

  private async readStreams(streamIds: readonly string[]): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    const { rows } = await this.pool.query<EventRow>(READ_STREAMS, [streamIds]);
    const streams = new Map<string, RecordedEvent[]>();
    for (const row of rows) {
      const event = toRecorded(row);
      const stream = streams.get(event.streamId);
      if (stream === undefined) streams.set(event.streamId, [event]);
      else stream.push(event);
    }
    return streams;
  }
}
