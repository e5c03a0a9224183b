import type { DomainEvent } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.

export type CustomerScoreChanged = DomainEvent<
  'CustomerScoreChanged',
  {
    readonly partyId: string;
    readonly model: string;
    readonly modelVersion: string;
    readonly runId: string;
    readonly asOf: string;
    readonly values: Readonly<Record<string, number | string>>;
  }
>;
