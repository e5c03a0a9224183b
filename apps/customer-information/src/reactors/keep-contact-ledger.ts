import type {
  ContactMadeV1Data,
  MarketingResponseReceivedV1Data,
  ResponseRecordedV1Data,
  SalesTaskDeniedV1Data,
  SalesTaskGivenUpV1Data,
  SalesTaskReachedV1Data,
  TreatmentPresentedV1Data,
  TreatmentSkippedV1Data,
  TreatmentUndeterminedV1Data,
} from '@crm/contracts';
import { deriveId, type Decide, type DomainEvent } from '@crm/event-sourcing';
import type { FeedEvent, Reactor } from '@crm/messaging';
import type { ServiceContext } from '@crm/platform';
import {
  freeReservation,
  recordContact,
  settleReached,
  withdrawConsent,
} from '../contact-ledger/contact-ledger.decider.js';
import type { ContactLedgerEvent } from '../contact-ledger/contact-ledger.events.js';
import { contactLedgerAggregate, contactLedgerId, type ContactLedger } from '../contact-ledger/contact-ledger.js';

type Outcome =
  | DomainEvent<'crm.marketing.treatment-presented.v1', TreatmentPresentedV1Data>
  | DomainEvent<'crm.marketing.treatment-undetermined.v1', TreatmentUndeterminedV1Data>
  | DomainEvent<'crm.marketing.treatment-skipped.v1', TreatmentSkippedV1Data>
  | DomainEvent<'crm.marketing.response-received.v1', MarketingResponseReceivedV1Data>
  | DomainEvent<'crm.marketing.response-recorded.v1', ResponseRecordedV1Data>
  | DomainEvent<'crm.sales.task-reached.v1' | 'crm.service.task-reached.v1', SalesTaskReachedV1Data>
  | DomainEvent<'crm.sales.task-denied.v1' | 'crm.service.task-denied.v1', SalesTaskDeniedV1Data>
  | DomainEvent<'crm.sales.task-given-up.v1' | 'crm.service.task-given-up.v1', SalesTaskGivenUpV1Data>
  | DomainEvent<'crm.service.contact-made.v1', ContactMadeV1Data>;

type Heard = Pick<MarketingResponseReceivedV1Data, 'kind' | 'at' | 'partyId' | 'treatmentId'> &
  Partial<Pick<ResponseRecordedV1Data, 'campaignId' | 'waveId'>>;

type LedgerDecision = Decide<ContactLedger, ContactLedgerEvent>;

/** What became of contacts, wherever they were made, and what customers said about them, comes into the party's ledger. */
export const keepContactLedger = ({ store }: ServiceContext): Reactor<Outcome> => ({
  name: 'keep-contact-ledger',
  sources: [
    {
      service: 'marketing',
      types: [
        'crm.marketing.treatment-presented.v1',
        'crm.marketing.treatment-undetermined.v1',
        'crm.marketing.treatment-skipped.v1',
        'crm.marketing.response-received.v1',
        'crm.marketing.response-recorded.v1',
      ],
    },
    {
      service: 'sales',
      types: ['crm.sales.task-reached.v1', 'crm.sales.task-denied.v1', 'crm.sales.task-given-up.v1'],
    },
    {
      service: 'service',
      types: [
        'crm.service.task-reached.v1',
        'crm.service.task-denied.v1',
        'crm.service.task-given-up.v1',
        'crm.service.contact-made.v1',
      ],
    },
  ],
  async react(event, reaction) {
    const decide = decisionOf(event);
    if (decide === undefined) return;
    const { partyId } = event.data;
    const ledgerId = contactLedgerId(partyId);
    await store.transact(contactLedgerAggregate, ledgerId, decide, {
      key: partyId,
      commandId: reaction.commandId('keep', ledgerId),
    });
  },
});

function decisionOf(event: FeedEvent<Outcome>): LedgerDecision | undefined {
  switch (event.type) {
    case 'crm.marketing.treatment-presented.v1':
      return treatmentContact(event.data, 'certain');
    case 'crm.marketing.treatment-undetermined.v1':
      return treatmentContact(event.data, 'undetermined');
    case 'crm.marketing.treatment-skipped.v1':
      return freeReservation(event.data.treatmentId, event.data.reason, event.data.at);
    case 'crm.sales.task-reached.v1':
    case 'crm.service.task-reached.v1':
      return settleReached(event.data.treatmentId, event.data.at);
    case 'crm.sales.task-denied.v1':
    case 'crm.service.task-denied.v1':
      return freeReservation(event.data.treatmentId, 'denied', event.data.at);
    case 'crm.sales.task-given-up.v1':
    case 'crm.service.task-given-up.v1':
      return freeReservation(event.data.treatmentId, event.data.reason, event.data.at);
    case 'crm.service.contact-made.v1':
      return outboundContact(event.data);
    case 'crm.marketing.response-received.v1':
      return event.data.treatmentId === undefined ? undefined : withdrawal(event.data);
    case 'crm.marketing.response-recorded.v1':
      return withdrawal(event.data);
  }
}

function treatmentContact(
  { treatmentId: contactKey, channel, purpose, at }: TreatmentPresentedV1Data | TreatmentUndeterminedV1Data,
  certainty: 'certain' | 'undetermined',
): LedgerDecision {
  return recordContact({ contactKey, channel, purpose, at, certainty });
}

/** Contacts that the customer starts need no permission and take no slot. */
function outboundContact(contact: ContactMadeV1Data): LedgerDecision | undefined {
  const { direction, treatmentId, interactionId, channel, at } = contact;
  if (direction === 'inbound') return undefined;
  return recordContact({ contactKey: treatmentId ?? interactionId, channel, at, certainty: 'certain' });
}

/** Heard twice: at once by what it answers, so that nothing is sent while it is matched; and then by its match, whatever it is. */
function withdrawal(response: Heard): LedgerDecision | undefined {
  const { kind, at, campaignId, waveId, partyId } = response;
  if (kind !== 'unsubscribed' && kind !== 'complained') return undefined;
  const ofMember =
    campaignId === undefined || waveId === undefined ? [] : [deriveId('treatment', campaignId, waveId, partyId)];
  const [treatmentId] = response.treatmentId === undefined ? ofMember : [response.treatmentId];
  return withdrawConsent({ ...(treatmentId === undefined ? {} : { treatmentId }), source: `response:${kind}`, at });
}
