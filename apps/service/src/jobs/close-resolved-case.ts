import { deriveId, KeyErased } from '@crm/event-sourcing';
import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { closeByItself } from '../case/case.decider.js';
import { caseAggregate } from '../case/case.js';

export const CLOSE_RESOLVED_CASE = 'close-resolved-case';

interface Payload {
  readonly caseId: string;
  readonly resolvedAt: string;
}

export function closeResolvedCase({ store, clock }: ServiceContext): JobDefinition {
  return {
    name: CLOSE_RESOLVED_CASE,
    async handle({ jobId, payload: { caseId, resolvedAt } }: Job<Payload>) {
      const at = new Date(clock()).toISOString();
      const commandId = deriveId('job', jobId);
      try {
        await store.transact(caseAggregate, caseId, closeByItself({ at, resolvedAt }), { commandId });
      } catch (error) {
        // The case of an erased party stays as it was.
        if (!(error instanceof KeyErased)) throw error;
      }
    },
  };
}
