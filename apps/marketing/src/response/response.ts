import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { ResponseEvent } from './response.events.js';

export interface Response {
  readonly received: boolean;
  readonly recorded: 'no' | 'unmatched' | 'matched';
}

/** One per natural key; an order's response is named after the order. */
export const responseIdOf = (source: string, responseRef: string): string => deriveId('response', source, responseRef);

export const responseAggregate: Aggregate<Response, ResponseEvent> = {
  category: 'response',
  initial: { received: false, recorded: 'no' },
  personal: { ResponseReceived: ['note'] },
  hops: { ResponseReceived: '7', ResponseRecorded: '8' },
  evolve(state, event) {
    switch (event.type) {
      case 'ResponseReceived':
        return { ...state, received: true };
      case 'ResponseRecorded':
        return { ...state, recorded: event.data.match === undefined ? 'unmatched' : 'matched' };
    }
  },
};
