import { deriveId, KeyErased } from '@crm/event-sourcing';
import type { Job } from '@crm/jobs';
import type { JobDefinition, ServiceContext } from '@crm/platform';
import { closeByItself } from '../case/case.decider.js';
import { caseAggregate } from '../case/case.js';
import { CLOSES_AFTER_MS, later } from '../case/sla-policy.js';

export const CLOSE_RESOLVED_CASE = 'close-resolved-case';

interface Payload {
  readonly caseId: string;
  readonly resolvedAt: string;
}

export function closeResolvedCase({ store, clock }: ServiceContext): JobDefinition {
  return {
    name: CLOSE_RESOLVED_CASE,
    async handle({ jobId, payload: { caseId, resolvedAt } }: Job<Payload>) {
      // The database has found it due: the time of this process may be a little behind.
      const [now, due] = [new Date(clock()).toISOString(), later(resolvedAt, CLOSES_AFTER_MS)];
      const at = now < due ? due : now;
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
