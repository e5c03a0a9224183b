import { setTimeout as delay } from 'node:timers/promises';
import type { LogPlace } from '../http/answer.js';
import type { CommandRequest } from '../http/command-request.js';
import { occurredAtOf, placesOf } from './batches.js';
import type { ImportCounts, ImportReject, ImportStore } from './import-store.js';
import type { ItemSchema } from './item-schema.js';
import { isTransient, type BulkHandler, type BulkItem, type ItemOutcome } from './outcome.js';
import type { ImportRecord } from './records.js';

const CHUNK_ITEMS = 500;
const IN_FLIGHT = 4;
const RETRY_DELAYS_MS = [100, 200, 400, 800, 1_600];

type StoredReject = ImportReject & { readonly outcome: 'rejected' | 'conflict' };

export interface ImportRunParts<Item> {
  readonly importId: string;
  readonly command: CommandRequest;
  readonly items: ItemSchema<Item>;
  readonly handle: BulkHandler<Item>;
  readonly store: ImportStore;
}

/** One pass over an import: checks records, hands chunks to the handler, a few at a time, and counts what became of them. */
export class ImportRun<Item> {
  private readonly tally = { read: 0, accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 };
  private readonly furthest = new Map<number, bigint>();
  private readonly flying = new Set<Promise<void>>();
  private chunk: BulkItem<Item>[] = [];
  private faults: StoredReject[] = [];
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly parts: ImportRunParts<Item>) {}

  get counts(): ImportCounts {
    return this.tally;
  }

  /** The furthest place of every lane that accepted items went to. */
  get places(): readonly LogPlace[] {
    return [...this.furthest].map(([lane, position]) => ({ lane, position }));
  }

  /** Takes records; comes back when there is room for more. */
  async take(records: readonly ImportRecord[]): Promise<void> {
    for (const record of records) {
      this.check(record);
      if (this.chunk.length >= CHUNK_ITEMS || this.faults.length >= CHUNK_ITEMS) await this.send();
    }
  }

  /** Sends what is left and waits for everything. Throws what a chunk failed with. */
  async finish(): Promise<void> {
    await this.send();
    await this.settle();
    if (this.failure !== undefined) throw this.failure.error;
  }

  /** Waits for the chunks under way, whatever becomes of them. */
  async settle(): Promise<void> {
    await Promise.all(this.flying);
  }

  private check(record: ImportRecord): void {
    this.tally.read++;
    const { line } = record;
    const fault = 'fault' in record ? { code: record.fault, pointer: '' } : this.parts.items.faultOf(record.value);
    if (fault !== undefined) {
      this.tally.rejected++;
      this.faults.push({ line, outcome: 'rejected', ...fault });
    } else if ('value' in record) {
      const command = this.parts.command.item(line, occurredAtOf(record.value));
      this.chunk.push({ item: record.value as Item, number: line, command });
    }
  }

  private async send(): Promise<void> {
    const [items, faults] = [this.chunk, this.faults];
    this.chunk = [];
    this.faults = [];
    if (items.length === 0 && faults.length === 0) return;
    while (this.flying.size >= IN_FLIGHT) await Promise.race(this.flying);
    if (this.failure !== undefined) throw this.failure.error;
    const flight: Promise<void> = this.carryOut(items, faults)
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.flying.delete(flight));
    this.flying.add(flight);
  }

  private async carryOut(items: readonly BulkItem<Item>[], faults: readonly StoredReject[]): Promise<void> {
    const outcomes = items.length === 0 ? [] : await this.patiently(items);
    const rejects = items.flatMap(({ number }, index) => this.count(outcomes[index], number));
    for (const { lane, position } of placesOf(outcomes))
      if ((this.furthest.get(lane) ?? -1n) < position) this.furthest.set(lane, position);
    await this.parts.store.addRejects(this.parts.importId, [...faults, ...rejects]);
  }

  /** Items have natural keys or derived ids, so a chunk may be carried out again when the store was busy. */
  private async patiently(items: readonly BulkItem<Item>[]): Promise<readonly ItemOutcome[]> {
    for (const pause of RETRY_DELAYS_MS) {
      try {
        return await this.parts.handle(items);
      } catch (error) {
        if (!isTransient(error)) throw error;
        await delay(pause);
      }
    }
    return this.parts.handle(items);
  }

  private count(outcome: ItemOutcome | undefined, line: number): readonly StoredReject[] {
    switch (outcome?.status) {
      case 'accepted':
        this.tally.accepted++;
        return [];
      case 'duplicate':
        this.tally.duplicates++;
        return [];
      case 'conflict':
        this.tally.conflicts++;
        return [{ line, outcome: 'conflict', code: 'natural-key-conflict', pointer: '' }];
      case 'rejected':
        this.tally.rejected++;
        return [{ line, outcome: 'rejected', code: outcome.code, pointer: outcome.pointer ?? '' }];
      case undefined:
        throw new Error(`the handler of the import gave no outcome for line ${String(line)}`);
    }
  }
}
