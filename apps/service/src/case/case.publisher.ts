import { CaseMovedV1, CaseOpenedV1, publicEvent, type PublicEvent } from '@crm/contracts';
import type { RecordedEvent } from '@crm/event-sourcing';
import type { CaseEvent } from './case.events.js';

export function publishCase(event: RecordedEvent<CaseEvent>): PublicEvent | undefined {
  switch (event.type) {
    case 'CaseOpened': {
      const { caseId, partyId, kind, priority, channel, openedAt, dueAt } = event.data;
      return publicEvent(CaseOpenedV1, { caseId, partyId, kind, priority, channel, openedAt, dueAt });
    }
    case 'CaseProgressed':
    case 'CaseHeld':
    case 'CaseResolved':
    case 'CaseClosed':
    case 'CaseReopened':
    case 'CaseCancelled':
    case 'CaseRejected': {
      const { caseId, partyId, from, to, at } = event.data;
      return publicEvent(CaseMovedV1, { caseId, partyId, from, to, at });
    }
    case 'CaseAssigned':
      return undefined;
  }
}
