import { CommandIdReused, isId, newId, Rejected, Stopwatch } from '@crm/event-sourcing';
import type { Logger } from 'pino';
import { Answer } from '../http/answer.js';
import type { ReadAfterTokens } from '../http/answer-interceptor.js';
import type { HttpMetrics } from '../metrics/http-metrics.js';
import { ImportRun } from './import-run.js';
import type { ImportCounts, ImportReject, ImportStatus, ImportStore, StoredImport } from './import-store.js';
import type { ItemSchema } from './item-schema.js';
import { linesOf } from './lines.js';
import type { BulkHandler } from './outcome.js';
import { CsvReader, NdjsonReader } from './records.js';
import { HashedUpload, UploadBroken, type ImportUpload } from './upload.js';

const FIRST_REJECTS = 100;
const SEEN_EVERY_MS = 5_000;

/** Answer to an import: 200 `{ importId, read, accepted, duplicates, conflicts, rejected, rejects (the first 100), readAfter }`. */
export type ImportResult = Answer;

/** Body of `GET …/imports/{importId}`. */
export interface ImportPage extends ImportCounts {
  readonly importId: string;
  readonly status: ImportStatus;
  readonly items: readonly ImportReject[];
  readonly next: string | null;
}

export interface ImportParts<Item> {
  /** Plural noun of the route, e.g. `orders`. */
  readonly noun: string;
  readonly items: ItemSchema<Item>;
  readonly handle: BulkHandler<Item>;
}

/** Imports of any size, read as fast as they can be stored. A bad line never stops the rest. */
export class Imports {
  constructor(
    private readonly store: ImportStore,
    private readonly tokens: ReadAfterTokens,
    private readonly metrics: HttpMetrics,
    private readonly logger: Logger,
  ) {}

  /**
   * Runs an import. Repeated with its Idempotency-Key, it answers what it did (other content: 422), or goes through the whole
   * content again when it did not end well. What was accepted stays, also when the client goes away.
   */
  async run<Item>(upload: ImportUpload, { noun, items, handle }: ImportParts<Item>): Promise<ImportResult> {
    const { command } = upload;
    const importId = command.idFor(undefined, 'import');
    const attempt = newId();
    if (!(await this.store.begin(importId, noun, attempt))) return this.repeated(importId, noun, upload);
    const run = new ImportRun({ importId, command, items, handle, store: this.store });
    const reading = new HashedUpload(upload);
    try {
      await this.read(reading, upload, items, run, () => this.store.note({ importId, attempt }, 'running', run.counts));
      await run.finish();
    } catch (error) {
      await run.settle();
      const status = error instanceof UploadBroken ? 'aborted' : 'failed';
      await this.store.note({ importId, attempt }, status, run.counts);
      this.report(noun, importId, status, run.counts);
      throw error;
    }
    const end = { contentHash: reading.digest(), readAfter: await this.tokens.of(run.places) };
    if (!(await this.store.note({ importId, attempt }, 'done', run.counts, end))) throw stillRunning();
    this.report(noun, importId, 'done', run.counts);
    return this.answer(importId, run.counts, end.readAfter);
  }

  /** One page of the lines that were refused; `?include=conflicts` adds those in conflict. */
  async page(noun: string, importId: string, query: Readonly<Record<string, unknown>>): Promise<ImportPage> {
    const { limit, after } = pageOf(query);
    const stored = isId(importId) ? await this.store.find(importId, noun) : undefined;
    if (stored === undefined) throw new Rejected('not-found', 'There is no such import', { status: 404 });
    const found = await this.store.rejects(importId, after, limit + 1, query['include'] === 'conflicts');
    const items = found.slice(0, limit);
    const next = found.length > limit ? String(items.at(-1)?.line) : null;
    return { importId, status: stored.status, ...countsOf(stored), items, next };
  }

  private async read<Item>(
    reading: HashedUpload,
    { format }: ImportUpload,
    items: ItemSchema<Item>,
    run: ImportRun<Item>,
    note: () => Promise<boolean>,
  ): Promise<void> {
    const reader = format === 'csv' ? new CsvReader(items.schema) : new NdjsonReader();
    let seen = new Stopwatch();
    for await (const lines of linesOf(reading)) {
      await run.take(reader.read(lines));
      if (seen.ms < SEEN_EVERY_MS) continue;
      seen = new Stopwatch();
      if (!(await note())) throw stillRunning();
    }
    await run.take(reader.end());
  }

  private async repeated(importId: string, noun: string, upload: ImportUpload): Promise<ImportResult> {
    const stored = await this.store.find(importId, noun);
    if (stored?.status !== 'done') throw stillRunning();
    const reading = new HashedUpload(upload);
    await reading.drain();
    if (reading.digest() !== stored.contentHash) throw new CommandIdReused(importId);
    return this.answer(importId, countsOf(stored), stored.readAfter ?? '');
  }

  private async answer(importId: string, counts: ImportCounts, readAfter: string): Promise<Answer> {
    const rejects = await this.store.rejects(importId, 0, FIRST_REJECTS, false);
    return new Answer(200, { importId, ...counts, rejects, readAfter }, []);
  }

  private report(noun: string, importId: string, status: ImportStatus, counts: ImportCounts): void {
    for (const outcome of ['accepted', 'duplicates', 'conflicts', 'rejected'] as const)
      this.metrics.countLines(noun, outcome, counts[outcome]);
    this.logger.info({ noun, importId, status, ...counts }, 'import');
  }
}

function stillRunning(): Rejected {
  return new Rejected('import-running', 'The same import runs on another connection', { status: 409, retryAfter: 5 });
}

function countsOf({ read, accepted, duplicates, conflicts, rejected }: StoredImport): ImportCounts {
  return { read, accepted, duplicates, conflicts, rejected };
}

function pageOf(query: Readonly<Record<string, unknown>>): { readonly limit: number; readonly after: number } {
  const number = (name: string, fallback: number, max: number): number => {
    const sent = query[name];
    if (sent === undefined) return fallback;
    if (typeof sent === 'string' && /^\d{1,15}$/.test(sent) && Number(sent) <= max) return Number(sent);
    const errors = [{ pointer: `/${name}`, code: 'not-allowed', detail: `At most ${String(max)}` }];
    throw new Rejected('list-query-invalid', `The parameter ${name} is not valid`, { status: 400, errors });
  };
  return { limit: Math.max(1, number('limit', 50, 200)), after: number('after', 0, Number.MAX_SAFE_INTEGER) };
}
