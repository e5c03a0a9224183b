import type { DomainEvent } from '@crm/event-sourcing';

// Types and fields are the storage format: add, never change. The partition key is the erasure id, since nothing new is stored under the party's own.

/** What a service destroyed: how many of each, never what. */
export interface DestroyedCounts {
  readonly keys: number;
  readonly snapshots: number;
  readonly rows: number;
  readonly deadLetters: number;
  readonly jobs: number;
}

export type ErasureRequested = DomainEvent<
  'ErasureRequested',
  { readonly erasureId: string; readonly partyId: string; readonly requestedAt: string }
>;

/** From here on the party is erased; every service acts on it. */
export type PartyErased = DomainEvent<
  'PartyErased',
  { readonly erasureId: string; readonly partyId: string; readonly linkedIds: readonly string[] }
>;

export type ServiceErasureReported = DomainEvent<
  'ServiceErasureReported',
  { readonly service: string; readonly destroyed: DestroyedCounts; readonly at: string }
>;

export type ErasureCompleted = DomainEvent<
  'ErasureCompleted',
  { readonly erasureId: string; readonly partyId: string; readonly services: readonly string[] }
>;

export type ErasureEvent = ErasureRequested | PartyErased | ServiceErasureReported | ErasureCompleted;
