import { CommandIdReused, Rejected, type Committed, type FieldError } from '@crm/event-sourcing';
import type { LogPlace } from '../http/answer.js';
import type { CommandRequest } from '../http/command-request.js';

/** One valid item of a batch or an import. */
export interface BulkItem<Item> {
  readonly item: Item;
  /** Index in a batch from 0, line in an import from 1. */
  readonly number: number;
  /** Its own command: ids made with it are the same when the batch or import is repeated with its Idempotency-Key. */
  readonly command: CommandRequest;
}

/** What became of one item. */
export type ItemOutcome =
  | {
      readonly status: 'accepted' | 'duplicate';
      readonly id?: string;
      readonly place?: LogPlace;
      /** Further members of a batch's outcome. */
      readonly more?: Readonly<Record<string, unknown>>;
    }
  | { readonly status: 'conflict'; readonly id?: string }
  | RejectedItem;

export interface RejectedItem {
  readonly status: 'rejected';
  readonly code: string;
  readonly pointer?: string;
  readonly detail?: string;
  readonly httpStatus?: number;
  readonly errors?: readonly FieldError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Carries out at most 500 items; outcomes in the same order. */
export type BulkHandler<Item> = (items: readonly BulkItem<Item>[]) => Promise<readonly ItemOutcome[]>;

/** What `store.recordFact` answers. */
export interface RecordedFact {
  readonly status: 'accepted' | 'duplicate' | 'conflict';
  readonly committed: Committed;
}

/** A handler that carries out every item by itself, all at once. A `Rejected` refuses its item only. */
export function perItem<Item>(
  carryOut: (item: Item, command: CommandRequest) => Promise<RecordedFact | Committed>,
): BulkHandler<Item> {
  return (items) =>
    Promise.all(
      items.map(async ({ item, command }) => {
        try {
          return outcomeOf(await carryOut(item, command));
        } catch (error) {
          return outcomeOfError(error);
        }
      }),
    );
}

/** The outcome of a recorded fact or of a command. What a repeated command did the first time counts as done by it. */
export function outcomeOf(done: RecordedFact | Committed): ItemOutcome {
  const { status, committed } = 'committed' in done ? done : { status: undefined, committed: done };
  const id = committed.streamId;
  if (status === 'conflict') return { status, id };
  const first = !committed.repeated && (status === 'accepted' || committed.events.length > 0);
  return { status: first || keptCreated(committed.result) ? 'accepted' : 'duplicate', id, place: committed };
}

/** The outcome of a refused item; errors that are nobody's refusal are thrown on. */
export function outcomeOfError(error: unknown): RejectedItem {
  if (error instanceof CommandIdReused) return { status: 'rejected', code: 'idempotency-key-reused', httpStatus: 422 };
  if (!(error instanceof Rejected) || isTransient(error)) throw error;
  const { status, errors, extensions } = error.details;
  const [first] = errors ?? [];
  return {
    status: 'rejected',
    code: error.code,
    detail: error.message,
    ...(first === undefined ? {} : { pointer: first.pointer }),
    ...(status === undefined ? {} : { httpStatus: status }),
    ...(errors === undefined ? {} : { errors }),
    ...(extensions === undefined ? {} : { extensions }),
  };
}

/** Whether the same items may succeed a little later. */
export function isTransient(error: unknown): boolean {
  return error instanceof Rejected && (error.details.status === 503 || error.details.status === 429);
}

function keptCreated(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'created' in result && result.created === true;
}
