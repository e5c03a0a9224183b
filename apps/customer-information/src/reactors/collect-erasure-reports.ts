import type { MarketingSubjectErasedV1Data } from '@crm/contracts';
import type { DomainEvent } from '@crm/event-sourcing';
import type { Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import { reportErasure } from '../erasure/erasure.decider.js';
import { erasureAggregate } from '../erasure/erasure.js';

type SubjectErased = DomainEvent<
  | 'SubjectErased'
  | 'crm.marketing.subject-erased.v1'
  | 'crm.sales.subject-erased.v1'
  | 'crm.service.subject-erased.v1'
  | 'crm.analytics.subject-erased.v1',
  MarketingSubjectErasedV1Data
>;

/** The receipt of an erasure is complete when every service has said what it destroyed. */
export const collectErasureReports = ({ store }: ServiceContext): Reactor<SubjectErased> => ({
  name: 'collect-erasure-reports',
  sources: [
    { service: 'customer-information', types: ['SubjectErased'] },
    { service: 'marketing', types: ['crm.marketing.subject-erased.v1'] },
    { service: 'sales', types: ['crm.sales.subject-erased.v1'] },
    { service: 'service', types: ['crm.service.subject-erased.v1'] },
    { service: 'analytics', types: ['crm.analytics.subject-erased.v1'] },
  ],
  async react({ source: service, data: { erasureId, destroyed }, occurredAt: at }, reaction) {
    await store.transact(erasureAggregate, erasureId, reportErasure({ service, destroyed, at }), {
      commandId: reaction.commandId('report', erasureId),
    });
  },
});
