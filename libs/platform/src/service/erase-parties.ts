import {
  publicEvent,
  AnalyticsSubjectErasedV1,
  CustomerInformationSubjectErasedV1,
  MarketingSubjectErasedV1,
  SalesSubjectErasedV1,
  ServiceSubjectErasedV1,
  type PartyErasedV1Data,
  type PublicEvent,
} from '@crm/contracts';
import { deriveId, type Aggregate, type DomainEvent, type RecordedEvent } from '@crm/event-sourcing';
import { forgetKeys, type Reactor, type Tx } from '@crm/messaging';
import { eraseSubjects, type Destroyed, type ErasureContributor } from '@crm/privacy';
import type { ServiceContext } from './service-context.js';
import type { ServiceName } from '@crm/contracts';

type SubjectErased = DomainEvent<
  'SubjectErased',
  { readonly erasureId: string; readonly partyId: string; readonly destroyed: Destroyed }
>;

const subjectErasure: Aggregate<{ readonly done: boolean }, SubjectErased> = {
  category: 'subject-erasure',
  initial: { done: false },
  evolve: () => ({ done: true }),
};

const reportErasure =
  (data: SubjectErased['data']) =>
  (state: { readonly done: boolean }): readonly SubjectErased[] =>
    state.done ? [] : [{ type: 'SubjectErased', data }];

const contractOf = {
  'customer-information': CustomerInformationSubjectErasedV1,
  marketing: MarketingSubjectErasedV1,
  sales: SalesSubjectErasedV1,
  service: ServiceSubjectErasedV1,
  analytics: AnalyticsSubjectErasedV1,
} as const satisfies Record<ServiceName, unknown>;

/** What consumers could not handle of a person is only references, but it is about them. */
const deadLetters: ErasureContributor = {
  name: 'dead-letters',
  kind: 'deadLetters',
  erase: (tx, subject) => forgetKeys(tx as Tx, [subject]),
};

/** Every service destroys what it holds about an erased party, then says so; customer-information collects the receipt. */
export function eraseParties(context: ServiceContext, contributors: readonly ErasureContributor[]): Reactor {
  return {
    name: 'erase-parties',
    sources: [
      context.name === 'customer-information'
        ? { service: 'customer-information', types: ['PartyErased'] }
        : { service: 'customer-information', types: ['crm.customer-information.party-erased.v1'] },
    ],
    passes: ['PartyErased'],
    async react(event, reaction) {
      const { erasureId, partyId, linkedIds } = event.data as PartyErasedV1Data;
      const ids = [...new Set([partyId, ...linkedIds])];
      const destroyed = await eraseSubjects({
        ids,
        log: context.store.log,
        keyRing: context.keyRing,
        contributors: [deadLetters, ...contributors],
        pool: context.pool,
      });
      const streamId = deriveId('subject-erasure', context.name, erasureId);
      await context.store.transact(subjectErasure, streamId, reportErasure({ erasureId, partyId, destroyed }), {
        key: erasureId,
        commandId: reaction.commandId('report', streamId),
      });
    },
  };
}

/** The public form of this module's own event. */
export function publishErasure(service: ServiceName, event: RecordedEvent): PublicEvent | undefined {
  if (event.category !== subjectErasure.category) return undefined;
  return publicEvent(contractOf[service], event.data as SubjectErased['data']) as PublicEvent;
}
