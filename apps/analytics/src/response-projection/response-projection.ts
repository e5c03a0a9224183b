import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { ResponseProjected } from './response-projection.events.js';

/** How far the responses of a loop are in the mart: positions by lane of marketing. */
export interface ResponseProjection {
  readonly batches: number;
  readonly reached: Readonly<Record<number, string>>;
}

export const responseProjectionAggregate: Aggregate<ResponseProjection, ResponseProjected> = {
  category: 'response-projection',
  initial: { batches: 0, reached: {} },
  stateVersion: 1,
  hops: { ResponseProjected: '9' },
  evolve: ({ reached }, { data }) => ({
    batches: data.batch,
    reached: { ...reached, ...Object.fromEntries(data.positions.map(({ lane, position }) => [lane, position])) },
  }),
};

export const responseProjectionId = (loopId: string): string => deriveId('response-projection', loopId);
