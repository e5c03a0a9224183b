import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.

/** A person made the version of a run the one whose scores hold. */
export type ModelRunPromoted = DomainEvent<
  'ModelRunPromoted',
  {
    readonly model: string;
    readonly runId: string;
    readonly modelVersion: string;
    readonly reason?: string;
  }
>;
