import type { DomainEvent } from '@crm/event-sourcing';
import type { WaveOrigin } from './wave-chunk.events.js';

// Names and fields are the storage format: add, never change.

/** All chunks are there. Comes again when an import adds members later. */
export type WaveLoaded = DomainEvent<
  'WaveLoaded',
  {
    readonly waveId: string;
    readonly campaignId: string;
    readonly origin: WaveOrigin;
    readonly startedAt: string;
    /** The wave replays a past moment: everything is evaluated at `startedAt` instead of now. */
    readonly replayed: boolean;
    readonly chunks: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly control: number;
    readonly arms: Readonly<Record<string, number>>;
  }
>;
/** No treatment of the wave is open any more. */
export type WaveCompleted = DomainEvent<
  'WaveCompleted',
  { readonly waveId: string; readonly campaignId: string; readonly at: string }
>;

export type WaveEvent = WaveLoaded | WaveCompleted;
