import { CommandIdReused, Rejected, type FieldError } from '@crm/event-sourcing';
import type { Pool } from 'pg';
import { problem, type Problem } from '../errors/problem.js';
import type { LogPlace } from '../http/answer.js';
import { Answer } from '../http/answer.js';
import type { CommandRequest } from '../http/command-request.js';
import { faultDetail, type ItemSchema } from './item-schema.js';
import type { BulkHandler, BulkItem, ItemOutcome, RejectedItem } from './outcome.js';

const MAX_ITEMS = 500;

const CLAIM = `INSERT INTO platform.batch (command_id, fingerprint) VALUES ($1, $2)
ON CONFLICT (command_id) DO UPDATE SET command_id = excluded.command_id RETURNING fingerprint`;

/** Answer to a batch: `{ outcomes, readAfter }`; `readAfter` is filled in on the way out. */
export type BatchResult = Answer;

/** One outcome of a batch, in the order of its items. */
export interface BatchOutcome {
  readonly index: number;
  readonly status: ItemOutcome['status'];
  readonly id?: string;
  readonly problem?: Problem;
  readonly [more: string]: unknown;
}

export interface BatchParts<Item> {
  readonly items: ItemSchema<Item>;
  readonly handle: BulkHandler<Item>;
}

/** Carries out batches: every item by itself, at most 500, outcomes in order. */
export class Batches {
  constructor(private readonly pool: Pool) {}

  /** Runs a batch body `{ items: [...] }`. The same Idempotency-Key with other items is refused before anything is done. */
  async run<Item>(
    command: CommandRequest,
    body: unknown,
    { items: schema, handle }: BatchParts<Item>,
  ): Promise<BatchResult> {
    const raw = itemsOf(body);
    await this.claim(command);
    const outcomes: (ItemOutcome | undefined)[] = raw.map((item) => rejectionOf(item, schema));
    const valid = raw.flatMap((item, index): BulkItem<Item>[] =>
      outcomes[index] === undefined
        ? [{ item: item as Item, number: index, command: command.item(index, occurredAtOf(item)) }]
        : [],
    );
    const handled = valid.length === 0 ? [] : await handle(valid);
    valid.forEach(({ number }, index) => {
      outcomes[number] = handled[index];
    });
    return new Answer(200, { outcomes: outcomes.map(toOutcome) }, placesOf(handled));
  }

  private async claim({ commandId, fingerprint }: CommandRequest): Promise<void> {
    if (commandId === undefined) return;
    const { rows } = await this.pool.query<{ fingerprint: string }>(CLAIM, [commandId, fingerprint]);
    if (rows[0]?.fingerprint !== fingerprint) throw new CommandIdReused(commandId);
  }
}

/** The places of accepted items, for `readAfter`. */
export function placesOf(outcomes: readonly ItemOutcome[]): readonly LogPlace[] {
  return outcomes.flatMap((outcome) =>
    (outcome.status === 'accepted' || outcome.status === 'duplicate') && outcome.place !== undefined
      ? [outcome.place]
      : [],
  );
}

function itemsOf(body: unknown): readonly unknown[] {
  const fault = (pointer: string, code: string, detail: string): Rejected => {
    const errors: readonly FieldError[] = [{ pointer, code, detail }];
    return new Rejected('validation-failed', 'The batch is not valid', { status: 400, errors });
  };
  if (typeof body !== 'object' || body === null || !('items' in body) || !Array.isArray(body.items))
    throw fault('/items', 'required', 'A batch has a list of items');
  if (Object.keys(body).length > 1) throw fault('', 'unknown-field', 'A batch has no other field than items');
  if (body.items.length > MAX_ITEMS) throw fault('/items', 'too-long', `At most ${String(MAX_ITEMS)} items`);
  return body.items as readonly unknown[];
}

function rejectionOf<Item>(item: unknown, schema: ItemSchema<Item>): RejectedItem | undefined {
  const fault = schema.faultOf(item);
  if (fault === undefined) return undefined;
  const errors = [{ ...fault, detail: faultDetail(fault) }];
  return { status: 'rejected', code: 'validation-failed', detail: 'The item is not valid', httpStatus: 400, errors };
}

function toOutcome(outcome: ItemOutcome | undefined, index: number): BatchOutcome {
  switch (outcome?.status) {
    case 'accepted':
    case 'duplicate':
      return {
        index,
        status: outcome.status,
        ...(outcome.id === undefined ? {} : { id: outcome.id }),
        ...outcome.more,
      };
    case 'conflict':
      return {
        index,
        status: 'conflict',
        ...(outcome.id === undefined ? {} : { id: outcome.id }),
        problem: problem('natural-key-conflict'),
      };
    case 'rejected':
      return { index, status: 'rejected', problem: problemOfItem(outcome) };
    case undefined:
      throw new Error(`the handler of the batch gave no outcome for item ${String(index)}`);
  }
}

function problemOfItem({ code, detail, httpStatus, errors, extensions }: RejectedItem): Problem {
  return problem(code, detail, httpStatus, { ...extensions, ...(errors === undefined ? {} : { errors }) });
}

/** The valid time of an item, in UTC, where it has a field of that name. */
export function occurredAtOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null || !('occurredAt' in item) || typeof item.occurredAt !== 'string')
    return undefined;
  return new Date(item.occurredAt).toISOString();
}
