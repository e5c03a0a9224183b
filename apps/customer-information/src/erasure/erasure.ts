import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { DestroyedCounts, ErasureEvent } from './erasure.events.js';

/** The services that hold something about a party, and have to report. */
export const ERASING_SERVICES = ['customer-information', 'marketing', 'sales', 'service', 'analytics'] as const;

export interface ServiceReport {
  readonly service: string;
  readonly destroyed: DestroyedCounts;
  readonly at: string;
}

export type Erasure =
  | { readonly status: 'none' }
  | {
      readonly status: 'running' | 'done';
      readonly erasureId: string;
      readonly partyId: string;
      readonly requestedAt: string;
      readonly reports: readonly ServiceReport[];
    };

export const erasureAggregate: Aggregate<Erasure, ErasureEvent> = {
  category: 'erasure',
  initial: { status: 'none' },
  evolve(erasure, event) {
    if (event.type === 'ErasureRequested') return { status: 'running', ...event.data, reports: [] };
    if (erasure.status === 'none') return erasure;
    switch (event.type) {
      case 'PartyErased':
        return erasure;
      case 'ServiceErasureReported':
        return { ...erasure, reports: [...erasure.reports, event.data] };
      case 'ErasureCompleted':
        return { ...erasure, status: 'done' };
    }
  },
};

/** A party is erased once, so its erasure has one id. */
export function erasureId(partyId: string): string {
  return deriveId('erasure', partyId);
}
