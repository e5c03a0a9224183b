import type { DomainEvent, Json } from '@crm/event-sourcing';

// Names and fields are the storage format: add, never edit.

type Run = { readonly runId: string; readonly model: string; readonly asOf: string };
type Parameters = Readonly<Record<string, Json>>;

export type ModelRunRequested = DomainEvent<'ModelRunRequested', Run & { readonly parameters: Parameters }>;
export type ModelRunCompleted = DomainEvent<
  'ModelRunCompleted',
  Run & {
    readonly modelVersion: string;
    readonly parameters: Parameters;
    readonly fit: Readonly<Record<string, Json>>;
    readonly customers: number;
    readonly changed: number;
  }
>;
/** The data cannot carry the model, or it could not be computed; the code says why. */
export type ModelRunFailed = DomainEvent<'ModelRunFailed', Run & { readonly code: string }>;

export type ModelRunEvent = ModelRunRequested | ModelRunCompleted | ModelRunFailed;
