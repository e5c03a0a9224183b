import {
  publicEvent,
  TreatmentAssignedV1,
  TreatmentPresentedV1,
  TreatmentSkippedV1,
  TreatmentUndeterminedV1,
  type PublicEvent,
} from '@crm/contracts';
import type { TreatmentEvent } from './treatment.events.js';

/** Who was assigned and what became of it; waiting and attempts stay here. */
export function publishTreatment(event: TreatmentEvent): PublicEvent | undefined {
  switch (event.type) {
    case 'TreatmentAssigned': {
      const { chunk: _chunk, replayedAt: _replayedAt, ...data } = event.data;
      return publicEvent(TreatmentAssignedV1, data);
    }
    case 'TreatmentPresented':
      return publicEvent(TreatmentPresentedV1, event.data);
    case 'TreatmentSkipped':
      return publicEvent(TreatmentSkippedV1, event.data);
    case 'TreatmentUndetermined':
      return publicEvent(TreatmentUndeterminedV1, event.data);
    case 'TreatmentPostponed':
    case 'TreatmentAttempted':
      return undefined;
  }
}
