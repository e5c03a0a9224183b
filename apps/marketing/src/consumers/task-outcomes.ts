import type { SalesTaskDeniedV1Data, SalesTaskGivenUpV1Data, SalesTaskReachedV1Data } from '@crm/contracts';
import type { DomainEvent } from '@crm/event-sourcing';
import type { FeedEvent, Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import { deniedBy } from '../treatment/denied-by.js';
import { presentTreatment, skipTreatment } from '../treatment/treatment.decider.js';
import { treatmentAggregate } from '../treatment/treatment.js';
import { unlessErased } from '../unless-erased.js';

type TaskOutcome =
  | DomainEvent<'crm.sales.task-reached.v1' | 'crm.service.task-reached.v1', SalesTaskReachedV1Data>
  | DomainEvent<'crm.sales.task-denied.v1' | 'crm.service.task-denied.v1', SalesTaskDeniedV1Data>
  | DomainEvent<'crm.sales.task-given-up.v1' | 'crm.service.task-given-up.v1', SalesTaskGivenUpV1Data>;

/** What became of treatments that a person carries out: reached is the presentation, a denial or the last try a skip. */
export const taskOutcomes = ({ store }: ServiceContext): Reactor<TaskOutcome> => ({
  name: 'task-outcomes',
  sources: [
    {
      service: 'sales',
      types: ['crm.sales.task-reached.v1', 'crm.sales.task-denied.v1', 'crm.sales.task-given-up.v1'],
    },
    {
      service: 'service',
      types: ['crm.service.task-reached.v1', 'crm.service.task-denied.v1', 'crm.service.task-given-up.v1'],
    },
  ],
  async react(event, reaction) {
    const { treatmentId, partyId } = event.data;
    const options = { key: partyId, commandId: reaction.commandId('settle', treatmentId) };
    await unlessErased(store.transact(treatmentAggregate, treatmentId, decisionOf(event), options));
  },
});

function decisionOf(event: FeedEvent<TaskOutcome>): ReturnType<typeof presentTreatment> {
  switch (event.type) {
    case 'crm.sales.task-reached.v1':
    case 'crm.service.task-reached.v1':
      return presentTreatment(event.data.at, event.data.taskId);
    case 'crm.sales.task-denied.v1':
    case 'crm.service.task-denied.v1':
      return skipTreatment(event.data.at, deniedBy(event.data.reasons), event.data.reasons);
    case 'crm.sales.task-given-up.v1':
    case 'crm.service.task-given-up.v1':
      return skipTreatment(event.data.at, event.data.reason);
  }
}
