import type { Aggregate } from '@crm/event-sourcing';
import type { CaseEvent, CaseKind, CaseMoved, CaseState } from './case.events.js';

export type Case =
  | { readonly status: 'none' }
  | {
      readonly status: CaseState;
      readonly caseId: string;
      readonly partyId: string;
      readonly kind: CaseKind;
      /** When it came to its state, and by which event. */
      readonly since: string;
      readonly lastMove?: CaseMoved['type'];
      readonly assignee?: string;
    };

/** Anything that a customer brings up and that has to be answered in time. */
export const caseAggregate: Aggregate<Case, CaseEvent> = {
  category: 'case',
  initial: { status: 'none' },
  personal: {
    CaseOpened: ['subject', 'description'],
    CaseHeld: ['reason'],
    CaseResolved: ['resolution'],
    CaseReopened: ['reason'],
    CaseCancelled: ['reason'],
    CaseRejected: ['reason'],
  },
  evolve(state, event) {
    if (event.type === 'CaseOpened') {
      const { caseId, partyId, kind, openedAt } = event.data;
      return { status: 'acknowledged', caseId, partyId, kind, since: openedAt };
    }
    if (state.status === 'none') return state;
    switch (event.type) {
      case 'CaseAssigned':
        return { ...state, assignee: event.data.assignee };
      case 'CaseProgressed':
      case 'CaseHeld':
      case 'CaseResolved':
      case 'CaseClosed':
      case 'CaseReopened':
      case 'CaseCancelled':
      case 'CaseRejected':
        return { ...state, status: event.data.to, since: event.data.at, lastMove: event.type };
    }
  },
};
