import type pg from 'pg';
import { StoreUnavailable } from '../errors.js';
import type { Append, AppendOutcome } from '../event-log.js';
import { laneOf } from '../lanes.js';
import { appendMany, appendOne, findCommands } from './append-statements.js';
import { isTransientError } from './errors.js';

const MAX_COMMANDS = 256;
const MAX_BYTES = 1_000_000;
const MAX_WAITING = 20_000;
const RECOVERY_ATTEMPTS = 40;
const RECOVERY_DELAY_MS = 250;

interface Waiting {
  readonly append: Append;
  readonly lane: number;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects the appends of concurrent callers into one autocommit statement at a time. A flush starts when the one before
 * has returned, so an idle store adds no latency and a busy one shares its fsync among all who wait.
 */
export class GroupCommit {
  private readonly waiting: Waiting[] = [];
  private flushing = false;

  constructor(
    private readonly pool: pg.Pool,
    private readonly lanes: number,
    private readonly onAppended: () => void,
  ) {}

  submit(append: Append): Promise<AppendOutcome> {
    if (this.waiting.length >= MAX_WAITING)
      return Promise.reject(
        new StoreUnavailable('too many commands are waiting to be stored; retry with the same command id'),
      );
    return new Promise((resolve, reject) => {
      this.waiting.push({ append, lane: laneOf(append.key, this.lanes), resolve, reject });
      if (!this.flushing) {
        this.flushing = true;
        setImmediate(() => void this.run());
      }
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) await this.flush(this.takeBatch());
    this.flushing = false;
  }

  /** A second command on the same stream, or with the same id, waits for the next flush: it has to see the first. */
  private takeBatch(): readonly Waiting[] {
    const batch: Waiting[] = [];
    const left: Waiting[] = [];
    const taken = new Set<string>();
    let bytes = 0;
    for (const [index, item] of this.waiting.entries()) {
      const { streamId, commandId } = item.append;
      if (batch.length >= MAX_COMMANDS || bytes > MAX_BYTES) {
        left.push(...this.waiting.slice(index));
        break;
      }
      if (taken.has(streamId) || taken.has(commandId)) {
        left.push(item);
      } else {
        batch.push(item);
        bytes += sizeOf(item.append);
      }
      taken.add(streamId).add(commandId);
    }
    this.waiting.splice(0, this.waiting.length, ...left);
    return batch;
  }

  private async flush(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.store(batch);
      batch.forEach((item, index) => {
        const outcome = outcomes[index];
        if (outcome === undefined) item.reject(new Error('the store did not answer for a command'));
        else item.resolve(outcome);
      });
      if (outcomes.some((outcome) => outcome.status === 'appended')) this.onAppended();
    } catch (error) {
      if (isTransientError(error)) await this.recover(batch);
      else if (batch.length === 1) batch[0]?.reject(error);
      else for (const item of batch) await this.flush([item]);
    }
  }

  private store(batch: readonly Waiting[]): Promise<readonly AppendOutcome[]> {
    const [first] = batch;
    if (batch.length === 1 && first?.append.events.length === 1) return appendOne(this.pool, first.append, first.lane);
    return appendMany(this.pool, batch);
  }

  /** The connection was lost in the middle: whether the batch is stored is found in the command log before anyone is answered. */
  private async recover(batch: readonly Waiting[]): Promise<void> {
    for (let attempt = 1; attempt <= RECOVERY_ATTEMPTS; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, RECOVERY_DELAY_MS));
      try {
        const found = await findCommands(
          this.pool,
          batch.map((item) => item.append.commandId),
        );
        const missing: Waiting[] = [];
        for (const item of batch) {
          const command = found.get(item.append.commandId);
          if (command === undefined) missing.push(item);
          else item.resolve({ status: 'appended', command });
        }
        if (missing.length > 0) {
          const outcomes = await this.store(missing);
          missing.forEach((item, index) => {
            item.resolve(outcomes[index] as AppendOutcome);
          });
        }
        this.onAppended();
        return;
      } catch (error) {
        if (isTransientError(error)) continue;
        for (const item of batch) item.reject(error);
        return;
      }
    }
    for (const item of batch)
      item.reject(
        new StoreUnavailable(
          'the event store does not answer; the outcome is not known: retry with the same command id',
        ),
      );
  }
}

function sizeOf(append: Append): number {
  let bytes = 0;
  for (const event of append.events) bytes += 300 + roughSize(event.data);
  return bytes;
}

function roughSize(data: unknown): number {
  if (typeof data === 'string') return data.length;
  if (data === null || typeof data !== 'object') return 8;
  let size = 2;
  for (const [key, value] of Object.entries(data)) size += key.length + roughSize(value);
  return size;
}
