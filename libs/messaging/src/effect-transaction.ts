import { createHash } from 'node:crypto';
import { inTransaction } from '@crm/event-sourcing';
import type pg from 'pg';
import type { Tx } from './consumer.js';

/** Whose transaction it is, and where its unqualified tables are. */
export interface EffectScope {
  readonly pool: pg.Pool;
  readonly consumer: string;
  readonly schema: string;
}

/** The advisory lock of a consumer: whoever changes what it has done holds it, so that all that follows in the transaction sees one state. */
export function consumerLock(consumer: string): string {
  return createHash('sha256').update(`consumer:${consumer}`).digest().readBigInt64BE().toString();
}

/** Runs `work` in a transaction that no other instance of the consumer shares; commits when it resolves, leaves nothing when it rejects. */
export function inEffectTransaction<T>(scope: EffectScope, work: (tx: Tx) => Promise<T>): Promise<T> {
  const begin = `BEGIN; SET LOCAL search_path TO ${scope.schema}, public; SELECT pg_advisory_xact_lock(${consumerLock(scope.consumer)})`;
  return inTransaction(scope.pool, work, begin);
}
