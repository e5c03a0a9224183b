import type {
  CaseOpenedV1Data,
  ContactMadeV1Data,
  InteractionEndedV1Data,
  SalesTaskReachedV1Data,
  TreatmentPresentedV1Data,
  TreatmentUndeterminedV1Data,
} from '@crm/contracts';
import type { DomainEvent } from '@crm/event-sourcing';
import type { FeedEvent } from '@crm/messaging';

/** What tells of a contact with a customer, whoever began it. */
export type ContactEvent =
  | DomainEvent<'crm.marketing.treatment-presented.v1', TreatmentPresentedV1Data>
  | DomainEvent<'crm.marketing.treatment-undetermined.v1', TreatmentUndeterminedV1Data>
  | DomainEvent<'crm.sales.task-reached.v1' | 'crm.service.task-reached.v1', SalesTaskReachedV1Data>
  | DomainEvent<'crm.service.contact-made.v1', ContactMadeV1Data>
  | DomainEvent<'crm.service.interaction-ended.v1', InteractionEndedV1Data>;

export type CaseOpened = DomainEvent<'crm.service.case-opened.v1', CaseOpenedV1Data>;

/** One event about a contact: the same contact may be told of by several. */
export interface ContactFact {
  readonly contactId: string;
  readonly toldBy: ContactEvent['type'];
  readonly partyId: string;
  readonly channel?: string;
  readonly direction: 'inbound' | 'outbound';
  readonly at: string;
  readonly endedAt?: string;
  readonly outcome?: string;
  readonly treatmentId?: string;
  readonly campaignId?: string;
  readonly loopId?: string;
}

/** What an event says of a contact; nothing when nobody knows whose it was. */
export function contactFactOf(event: FeedEvent<ContactEvent>): ContactFact | undefined {
  const { type: toldBy } = event;
  switch (event.type) {
    case 'crm.marketing.treatment-presented.v1':
    case 'crm.marketing.treatment-undetermined.v1': {
      const { treatmentId, partyId, channel, at, campaignId, waveId: loopId } = event.data;
      const ours = { contactId: treatmentId, treatmentId, direction: 'outbound' } as const;
      return { ...ours, toldBy, partyId, channel, at, campaignId, loopId };
    }
    case 'crm.sales.task-reached.v1':
    case 'crm.service.task-reached.v1': {
      const { treatmentId, partyId, at } = event.data;
      return { contactId: treatmentId, treatmentId, toldBy, partyId, direction: 'outbound', at };
    }
    case 'crm.service.contact-made.v1': {
      const { interactionId: contactId, ...contact } = event.data;
      return { contactId, toldBy, ...contact };
    }
    case 'crm.service.interaction-ended.v1': {
      const { interactionId: contactId, partyId, startedAt: at, channel, direction, endedAt, outcome } = event.data;
      if (partyId === undefined) return undefined;
      return { contactId, toldBy, partyId, channel, direction, at, endedAt, outcome };
    }
  }
}
