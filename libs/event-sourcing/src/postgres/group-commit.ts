import type pg from 'pg';
import { StoreUnavailable } from '../errors.js';
import type { Append, AppendOutcome } from '../event-log.js';
import { laneOf } from '../lanes.js';
import { appendAll } from './append-all.js';
import { appendMany, appendOne, findAppended } from './append-statements.js';
import { isTransientError, isUniqueViolation } from './errors.js';

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
      if (taken.has(streamId) || (commandId !== null && taken.has(commandId))) {
        left.push(item);
      } else {
        batch.push(item);
        bytes += sizeOf(item.append);
      }
      taken.add(streamId);
      if (commandId !== null) taken.add(commandId);
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
      else await this.oneByOne(batch, error);
    }
  }

  /** One faulty command must not fail those that happened to be stored with it. */
  private async oneByOne(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (batch.length > 1) {
      for (const item of batch) await this.flush([item]);
      return;
    }
    const [item] = batch;
    if (item === undefined) return;
    if (!isUniqueViolation(error)) item.reject(error);
    else await this.onceMore(item);
  }

  /** Another instance stored the same command id at the same moment: asked again, the store tells what became of it. */
  private async onceMore(item: Waiting): Promise<void> {
    try {
      const [outcome] = await this.store([item]);
      if (outcome === undefined) throw new Error('the store did not answer for a command');
      item.resolve(outcome);
    } catch (error) {
      item.reject(error);
    }
  }

  private async store(batch: readonly Waiting[]): Promise<readonly AppendOutcome[]> {
    const [first] = batch;
    if (batch.length === 1 && first?.append.events.length === 1) return appendOne(this.pool, first.append, first.lane);
    const expecting = batch.every(({ append }) => append.expectedVersion >= 0);
    const all = expecting ? await appendAll(this.pool, batch) : undefined;
    return all ?? appendMany(this.pool, batch);
  }

  /** The connection was lost in the middle: what is stored is looked up before anyone is answered, the rest is sent again. */
  private async recover(batch: readonly Waiting[]): Promise<void> {
    let open = batch;
    for (let attempt = 1; attempt <= RECOVERY_ATTEMPTS && open.length > 0; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, RECOVERY_DELAY_MS));
      try {
        open = await this.answerStored(open);
        if (open.length > 0) open = await this.sendAgain(open);
        this.onAppended();
      } catch (error) {
        if (isTransientError(error)) continue;
        await this.oneByOne(open, error);
        return;
      }
    }
    for (const item of open)
      item.reject(new StoreUnavailable('the event store does not answer; the outcome is not known: retry the command'));
  }

  /** Answers those whose events are stored; the others are left. */
  private async answerStored(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    const stored = await findAppended(
      this.pool,
      batch.map((item) => item.append),
    );
    return batch.filter(({ append, resolve }) => {
      const appended = stored.get(append.events.at(-1)?.eventId ?? '');
      if (appended !== undefined) resolve({ status: 'appended', ...appended });
      return appended === undefined;
    });
  }

  /** A conflict or a repetition may be the same append, which the server had gone on with: those are looked up once more. */
  private async sendAgain(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    const outcomes = await this.store(batch);
    const refused = batch.filter((_, index) => outcomes[index]?.status !== 'appended');
    const answered = new Set(refused);
    for (const item of await this.answerStored(refused)) answered.delete(item);
    batch.forEach((item, index) => {
      const outcome = outcomes[index];
      if (outcome !== undefined && !answered.has(item)) item.resolve(outcome);
    });
    return [];
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
