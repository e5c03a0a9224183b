import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import {
  freeReservation,
  recordContact,
  reserveContact,
  settleReached,
  stateConsentNow,
  stateConsents,
  withdrawConsent,
} from './contact-ledger.decider.js';
import type { ContactLedgerEvent, ContactRecorded } from './contact-ledger.events.js';
import { contactLedgerAggregate } from './contact-ledger.js';

const given = deciderSpec(contactLedgerAggregate);
const AT = '2026-03-01T10:00:00.000Z';
const LATER = '2026-03-02T10:00:00.000Z';
const TREATMENT = '11111111-1111-8111-8111-111111111111';

const granted: ContactLedgerEvent = {
  type: 'ConsentGranted',
  occurredAt: AT,
  data: { purpose: 'winback', channel: 'email', source: 'web', at: AT },
};
const reserved: ContactLedgerEvent = {
  type: 'ContactReserved',
  occurredAt: AT,
  data: { reservationKey: 'task-1', channel: 'call', purpose: 'winback', at: AT, treatmentId: TREATMENT },
};
/** As the call center reports it: that there was a call, not what came of it. */
const aCall: ContactRecorded = {
  type: 'ContactRecorded',
  occurredAt: AT,
  data: { contactKey: TREATMENT, channel: 'call', at: AT, certainty: 'certain' },
};
const aContact = (certainty: 'certain' | 'undetermined'): ContactRecorded => ({
  type: 'ContactRecorded',
  occurredAt: AT,
  data: { contactKey: TREATMENT, channel: 'call', purpose: 'winback', at: AT, certainty },
});

describe('state a consent now', () => {
  const denial = { purpose: 'winback', channel: 'email', state: 'denied', source: 'call' } as const;
  const denied = (at: string): ContactLedgerEvent => ({
    type: 'ConsentDenied',
    occurredAt: at,
    data: { purpose: 'winback', channel: 'email', source: 'call', at },
  });

  it('holds from now on', () => {
    given(granted).when(stateConsentNow(denial, LATER)).emits(denied(LATER));
  });

  it('holds also against what a clock that was ahead has dated later', () => {
    given(granted)
      .when(stateConsentNow(denial, '2026-03-01T09:00:00.000Z'))
      .emits(denied('2026-03-01T09:00:00.000Z'), denied('2026-03-01T10:00:00.001Z'));
  });

  it('leaves other channels and purposes alone', () => {
    given(granted)
      .when(stateConsentNow({ ...denial, channel: 'sms' }, AT))
      .emitsTypes('ConsentDenied');
    given(granted)
      .when(stateConsentNow({ ...denial, purpose: 'news' }, AT))
      .emitsTypes('ConsentDenied');
  });
});

describe('state consents', () => {
  const grant = { purpose: 'winback', channel: 'email', state: 'granted', source: 'web', at: AT } as const;

  it('keeps a grant and a denial', () => {
    given()
      .when(stateConsents([grant]))
      .emits(granted);
    given()
      .when(stateConsents([{ ...grant, state: 'denied' }]))
      .emitsTypes('ConsentDenied');
  });

  it('changes nothing when it holds already at that time', () => {
    given(granted)
      .when(stateConsents([{ ...grant, at: LATER }]))
      .emitsNothing();
  });

  it('keeps new evidence from another source, and what held before', () => {
    given(granted)
      .when(stateConsents([{ ...grant, source: 'call', at: LATER }]))
      .emitsTypes('ConsentGranted');
    given(granted)
      .when(stateConsents([{ ...grant, at: '2025-01-01T00:00:00.000Z' }]))
      .emitsTypes('ConsentGranted');
  });

  it('goes by the latest statement, in whatever order they came', () => {
    const denied: ContactLedgerEvent = {
      type: 'ConsentDenied',
      data: { purpose: 'winback', channel: 'email', source: 'web', at: '2026-02-01T00:00:00.000Z' },
    };
    given(granted, denied)
      .when(stateConsents([{ ...grant, at: LATER }]))
      .emitsNothing();
  });
});

describe('reserve contact', () => {
  const reservation = { key: 'task-1', channel: 'call', purpose: 'winback', at: AT, treatmentId: TREATMENT };

  it('takes a slot', () => {
    given().when(reserveContact(reservation)).emits(reserved);
  });

  it('takes no second slot for the same contact, open or made', () => {
    given(reserved).when(reserveContact(reservation)).emitsNothing();
    given(aContact('certain'))
      .when(reserveContact({ ...reservation, key: TREATMENT }))
      .emitsNothing();
  });

  it('takes one again after it was freed', () => {
    given(reserved, { type: 'ReservationFreed', data: { reservationKey: 'task-1', reason: 'refused' } })
      .when(reserveContact(reservation))
      .emits(reserved);
  });
});

describe('record contact', () => {
  it('keeps a contact once', () => {
    given()
      .when(recordContact(aContact('certain').data))
      .emits(aContact('certain'));
    given(aContact('certain'))
      .when(recordContact(aContact('certain').data))
      .emitsNothing();
    given(aContact('undetermined'))
      .when(recordContact(aContact('undetermined').data))
      .emitsNothing();
  });

  it('keeps what a call was for when that becomes known, and does not forget it', () => {
    given(reserved).when(recordContact(aCall.data)).emits(aCall);
    given(aCall).when(recordContact(aCall.data)).emitsNothing();
    given(aCall)
      .when(recordContact(aContact('certain').data))
      .emits(aContact('certain'));
    given(aCall)
      .when(recordContact(aContact('undetermined').data))
      .emits(aContact('certain'));
    given(aContact('certain')).when(recordContact(aCall.data)).emitsNothing();
    given(aContact('undetermined')).when(recordContact(aCall.data)).emits(aContact('certain'));
  });

  it('settles an undetermined contact, and never unsettles a certain one', () => {
    given(aContact('undetermined'))
      .when(recordContact(aContact('certain').data))
      .emits(aContact('certain'));
    given(aContact('certain'))
      .when(recordContact(aContact('undetermined').data))
      .emitsNothing();
  });
});

describe('settle reached', () => {
  it('turns the reservation of the task into a contact on its channel', () => {
    given(reserved).when(settleReached(TREATMENT, AT)).emits(aContact('certain'));
  });

  it('leaves a contact without a reservation to the report of the treatment', () => {
    given().when(settleReached(TREATMENT, AT)).emitsNothing();
  });
});

describe('free reservation', () => {
  const free = freeReservation(TREATMENT, 'refused', AT);

  it('gives the slot of a contact back that did not happen', () => {
    given(reserved).when(free).emitsTypes('ReservationFreed');
    given(aContact('undetermined')).when(free).emitsTypes('ReservationFreed');
  });

  it('changes nothing without a slot, and keeps a contact that happened', () => {
    given().when(free).emitsNothing();
    given(reserved, aContact('certain')).when(free).emitsNothing();
  });

  it('keeps a contact that was skipped because it had been made before', () => {
    given(aContact('undetermined'))
      .when(freeReservation(TREATMENT, 'already-contacted', AT))
      .emitsNothing();
  });
});

describe('withdraw consent', () => {
  const source = 'response:unsubscribed';

  it('denies the purpose and channel of the treatment', () => {
    given(aContact('certain'))
      .when(withdrawConsent({ treatmentId: TREATMENT, source, at: LATER }))
      .emits({
        type: 'ConsentDenied',
        occurredAt: LATER,
        data: { purpose: 'winback', channel: 'call', source, at: LATER },
      });
  });

  it('denies everything when it is not known what was meant', () => {
    const all: ContactLedgerEvent = {
      type: 'ConsentDenied',
      occurredAt: LATER,
      data: { purpose: 'any', channel: 'any', source, at: LATER },
    };
    given(aContact('certain'))
      .when(withdrawConsent({ source, at: LATER }))
      .emits(all);
    given()
      .when(withdrawConsent({ treatmentId: TREATMENT, source, at: LATER }))
      .emits(all);
  });
});
