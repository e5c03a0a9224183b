import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.

/** Up to which event of a lane of a source; the position is a text of digits. */
export interface SourcePosition {
  readonly service: string;
  readonly lane: number;
  readonly position: string;
}

/** 1: counts per lane are those of the source; 2: totals of the features are those of the facts. */
export interface IntegrityCheck {
  readonly check: 1 | 2;
  readonly passed: boolean;
  readonly detail: string;
}

interface MartSnapshot {
  readonly refreshId: string;
  readonly asOf: string;
  readonly facts: number;
  readonly positions: readonly SourcePosition[];
  readonly checks: readonly IntegrityCheck[];
}

export type MartRefreshRequested = DomainEvent<
  'MartRefreshRequested',
  { readonly refreshId: string; readonly asOf: string }
>;
/** What the sources held when the refresh began: the mart has to get there. */
export type SourceHeadsNoted = DomainEvent<
  'SourceHeadsNoted',
  { readonly refreshId: string; readonly heads: readonly SourcePosition[] }
>;
export type MartRefreshed = DomainEvent<'MartRefreshed', MartSnapshot>;
export type MartRefreshFailed = DomainEvent<'MartRefreshFailed', MartSnapshot & { readonly code: string }>;

export type MartRefreshEvent = MartRefreshRequested | SourceHeadsNoted | MartRefreshed | MartRefreshFailed;
