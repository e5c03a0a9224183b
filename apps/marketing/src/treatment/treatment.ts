import { deriveId, type Aggregate } from '@crm/event-sourcing';
import type { TreatmentAssigned, TreatmentEvent } from './treatment.events.js';

export const TREATMENT_STATES = ['assigned', 'waiting', 'attempted', 'presented', 'skipped', 'undetermined'] as const;
/** The states in which nothing more is to be done about it by itself. */
export const SETTLED_STATES = [
  'presented',
  'skipped',
  'undetermined',
] as const satisfies readonly (typeof TREATMENT_STATES)[number][];
export type TreatmentState = (typeof TREATMENT_STATES)[number];

interface Assigned {
  readonly assigned: TreatmentAssigned['data'];
}

export type Treatment =
  | { readonly status: 'new' }
  | (Assigned & { readonly status: 'assigned' | 'presented' | 'skipped' })
  | (Assigned & { readonly status: 'waiting'; readonly until: string })
  | (Assigned & { readonly status: 'attempted'; readonly at: string; readonly attemptedAt: string })
  | (Assigned & { readonly status: 'undetermined'; readonly at: string });

/** The id says what a treatment is for, so that it cannot exist twice. */
export const treatmentIdOf = (campaignId: string, waveId: string, partyId: string): string =>
  deriveId('treatment', campaignId, waveId, partyId);

export const treatmentAggregate: Aggregate<Treatment, TreatmentEvent> = {
  category: 'treatment',
  initial: { status: 'new' },
  hops: { TreatmentAssigned: '5', TreatmentPresented: '6', TreatmentSkipped: '6', TreatmentUndetermined: '6' },
  evolve(state, event) {
    if (event.type === 'TreatmentAssigned') return { status: 'assigned', assigned: event.data };
    if (state.status === 'new') return state;
    const { assigned } = state;
    switch (event.type) {
      case 'TreatmentPostponed':
        return { status: 'waiting', assigned, until: event.data.until };
      case 'TreatmentAttempted':
        return { status: 'attempted', assigned, at: event.data.at, attemptedAt: event.data.attemptedAt };
      case 'TreatmentPresented':
        return { status: 'presented', assigned };
      case 'TreatmentSkipped':
        return { status: 'skipped', assigned };
      case 'TreatmentUndetermined':
        return { status: 'undetermined', assigned, at: event.data.at };
    }
  },
};
