import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.

/** Up to which event of a lane of marketing; the position is a text of digits. */
export interface LanePosition {
  readonly lane: number;
  readonly position: string;
}

/** A batch of classified responses of a loop is in the mart: those up to these positions and after the former ones. */
export type ResponseProjected = DomainEvent<
  'ResponseProjected',
  {
    readonly loopId: string;
    readonly campaignId: string;
    readonly batch: number;
    readonly projected: number;
    readonly byClass: Readonly<Record<string, number>>;
    readonly positions: readonly LanePosition[];
  }
>;
