import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { changeParty, registerParty } from './party.decider.js';
import type { PartyEvent, PartyProfile } from './party.events.js';
import { partyAggregate } from './party.js';

const given = deciderSpec(partyAggregate);
const AT = '2026-01-01T00:00:00.000Z';
const minji: PartyProfile = {
  kind: 'person',
  name: { full: '김민지' },
  contactPoints: [{ kind: 'email', value: 'minji@example.com', primary: true }],
  timeZone: 'Asia/Seoul',
  consents: [],
};
const registered: PartyEvent = { type: 'PartyRegistered', data: { ...minji, registeredAt: AT } };
const erased = {
  type: 'PartyRegistered',
  data: { ...minji, name: null, contactPoints: null, registeredAt: AT },
} as unknown as PartyEvent;

describe('register party', () => {
  it('keeps what was said about the party', () => {
    given().when(registerParty(minji, AT)).emits(registered);
  });

  it('takes an organization by its legal name', () => {
    const company: PartyProfile = {
      kind: 'organization',
      name: { legal: '한빛 주식회사' },
      contactPoints: [],
      consents: [],
    };
    given().when(registerParty(company, AT)).emitsTypes('PartyRegistered');
  });

  it('changes nothing when the same registration comes again, whatever was corrected since', () => {
    const renamed: PartyEvent = { type: 'PartyRenamed', data: { name: { full: '이민지' } } };
    given(registered, renamed).when(registerParty(minji, '2026-02-02T00:00:00.000Z')).emitsNothing();
  });

  it('refuses another registration under the same id', () => {
    given(registered)
      .when(registerParty({ ...minji, locale: 'ko-KR' }, AT))
      .rejects('natural-key-conflict');
  });

  it('leaves an erased party to the store, which refuses it', () => {
    given(erased).when(registerParty(minji, AT)).emitsTypes('PartyRegistered');
  });

  it('refuses a name that does not fit the kind', () => {
    given()
      .when(registerParty({ ...minji, kind: 'organization' }, AT))
      .rejects('validation-failed');
    given()
      .when(registerParty({ ...minji, name: { legal: '한빛' } }, AT))
      .rejects('validation-failed');
  });

  it('refuses two primary contact points of one kind', () => {
    const [point] = minji.contactPoints;
    given()
      .when(registerParty({ ...minji, contactPoints: [point!, point!] }, AT))
      .rejects('validation-failed');
  });

  it('refuses a time zone that does not exist', () => {
    given()
      .when(registerParty({ ...minji, timeZone: 'Moon/Base' }, AT))
      .rejects('validation-failed');
  });
});

describe('change party', () => {
  it('says each correction as an event of its own', () => {
    given(registered)
      .when(
        changeParty({
          name: { full: '이민지' },
          contactPoints: [],
          timeZone: null,
          locale: 'ko-KR',
          birthDate: '1990-02-28',
        }),
      )
      .emits(
        { type: 'PartyRenamed', data: { name: { full: '이민지' } } },
        { type: 'PartyContactPointsChanged', data: { contactPoints: [] } },
        { type: 'PartyTimeZoneChanged', data: { timeZone: null } },
        { type: 'PartyLocaleChanged', data: { locale: 'ko-KR' } },
        { type: 'PartyBirthDateCorrected', data: { birthDate: '1990-02-28' } },
      );
  });

  it('changes nothing when it is so already', () => {
    given(registered)
      .when(changeParty({ name: minji.name, contactPoints: minji.contactPoints, timeZone: 'Asia/Seoul', locale: null }))
      .emitsNothing();
    given(registered, { type: 'PartyTimeZoneChanged', data: { timeZone: 'Europe/Paris' } })
      .when(changeParty({ timeZone: 'Europe/Paris' }))
      .emitsNothing();
    given(
      registered,
      { type: 'PartyContactPointsChanged', data: { contactPoints: [] } },
      { type: 'PartyLocaleChanged', data: { locale: 'ko' } },
      { type: 'PartyBirthDateCorrected', data: { birthDate: '1990-01-01' } },
    )
      .when(changeParty({ contactPoints: [], locale: 'ko', birthDate: '1990-01-01' }))
      .emitsNothing();
  });

  it('refuses what a registration would refuse', () => {
    given(registered)
      .when(changeParty({ name: { legal: '한빛' } }))
      .rejects('validation-failed');
  });

  it('refuses an unknown party, also when only a correction of it is known', () => {
    given()
      .when(changeParty({ locale: 'ko' }))
      .rejects('not-found');
    given({ type: 'PartyLocaleChanged', data: { locale: 'ko' } })
      .when(changeParty({ locale: 'en' }))
      .rejects('not-found');
  });
});
