import type { Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import type { CaseResolved } from '../case/case.events.js';
import { CLOSES_AFTER_MS, later } from '../case/sla-policy.js';
import { CLOSE_RESOLVED_CASE } from '../jobs/close-resolved-case.js';

/** A resolved case closes by itself when nobody objects: the timer is set here, whether it may is decided then. */
export function planClosing(context: ServiceContext): Reactor<CaseResolved> {
  return {
    name: 'plan-closing',
    sources: [{ service: 'service', types: ['CaseResolved'] }],
    react({ data: { caseId, at }, version }, reaction) {
      reaction.after((tx) =>
        context.jobs.intend(tx, {
          name: CLOSE_RESOLVED_CASE,
          jobId: `${CLOSE_RESOLVED_CASE}-${caseId}-${String(version)}`,
          payload: { caseId, resolvedAt: at },
          dueAt: later(at, CLOSES_AFTER_MS),
        }),
      );
      return Promise.resolve();
    },
  };
}
