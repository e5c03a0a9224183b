import { ModelRunCompletedV1, publicEvent, type PublicEvent } from '@crm/contracts';
import type { ModelRunEvent } from './model-run.events.js';

export function publishModelRun(event: ModelRunEvent): PublicEvent | undefined {
  switch (event.type) {
    case 'ModelRunCompleted': {
      const { runId, model, modelVersion, asOf, customers, changed } = event.data;
      return publicEvent(ModelRunCompletedV1, { runId, model, modelVersion, asOf, customers, changed });
    }
    case 'ModelRunRequested':
    case 'ModelRunFailed':
      return undefined;
  }
}
