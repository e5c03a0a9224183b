import { deriveId } from '@crm/event-sourcing';
import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import { convertLead, disqualifyLead, openLead, qualifyLead, takeUpLead } from './lead.decider.js';
import type { LeadEvent } from './lead.events.js';
import { leadAggregate } from './lead.js';

const given = deciderSpec(leadAggregate);

const leadId = '11111111-1111-7111-8111-111111111111';
const partyId = '22222222-2222-8222-8222-222222222222';
const at = '2026-03-02T01:00:00.000Z';
const lead = { leadId, partyId, source: 'web-form', openedAt: at };
const opened: LeadEvent = { type: 'LeadOpened', data: lead };
const takenUp: LeadEvent = { type: 'LeadTakenUp', data: { leadId, ownerId: 'kim', at } };
const qualified: LeadEvent = { type: 'LeadQualified', data: { leadId, partyId, at } };
const converted: LeadEvent = {
  type: 'LeadConverted',
  data: { leadId, partyId, opportunityId: deriveId('opportunity', leadId), at },
};
const disqualified: LeadEvent = { type: 'LeadDisqualified', data: { leadId, partyId, reason: 'no-budget', at } };

describe('open a lead', () => {
  it('opens it once', () => {
    given().when(openLead(lead)).emits(opened);
    given(opened).when(openLead(lead)).emitsNothing();
  });

  it('keeps interest and owner', () => {
    const wished = { ...lead, interest: 'a bigger plan', ownerId: 'kim' };
    given().when(openLead(wished)).emits({ type: 'LeadOpened', data: wished });
    given({ type: 'LeadOpened', data: wished })
      .when(takeUpLead({ ownerId: 'kim', at }))
      .emits(takenUp);
  });

  it('refuses the id of a lead of another party', () => {
    given(opened)
      .when(openLead({ ...lead, partyId: leadId }))
      .rejects('lead-id-taken');
  });
});

describe('take up a lead', () => {
  it('gives it to somebody, and to somebody else', () => {
    given(opened)
      .when(takeUpLead({ ownerId: 'kim', at }))
      .emits(takenUp);
    given(opened, takenUp)
      .when(takeUpLead({ ownerId: 'kim', at }))
      .emitsNothing();
    given(opened, takenUp)
      .when(takeUpLead({ ownerId: 'lee', at }))
      .emitsTypes('LeadTakenUp');
  });

  it('is refused for a qualified one', () => {
    given(opened, qualified)
      .when(takeUpLead({ ownerId: 'kim', at }))
      .rejects('transition-not-allowed');
  });
});

describe('qualify a lead', () => {
  it('is possible for a new one and for one that is worked on', () => {
    given(opened).when(qualifyLead(at)).emits(qualified);
    given(opened, takenUp).when(qualifyLead(at)).emits(qualified);
    given(opened, qualified).when(qualifyLead(at)).emitsNothing();
  });

  it('is refused once it is over', () => {
    given(opened, disqualified).when(qualifyLead(at)).rejects('transition-not-allowed');
    given(opened, qualified, converted).when(qualifyLead(at)).rejects('transition-not-allowed');
    given().when(qualifyLead(at)).rejects('not-found');
    given(qualified).when(qualifyLead(at)).rejects('not-found');
  });
});

describe('convert a lead', () => {
  it('names the opportunity, the same whenever it is asked', () => {
    given(opened, qualified).when(convertLead(at)).emits(converted);
    given(opened, qualified, converted).when(convertLead(at)).emitsNothing();
  });

  it('keeps what the opportunity is expected to be', () => {
    const expected = { name: 'Renewal', amount: { amountMinor: 900, currency: 'KRW' } };
    given(opened, qualified)
      .when(convertLead(at, expected))
      .emits({ type: 'LeadConverted', data: { ...converted.data, ...expected } });
  });

  it('is refused before it is qualified', () => {
    given(opened).when(convertLead(at)).rejects('transition-not-allowed');
    given(opened, takenUp).when(convertLead(at)).rejects('transition-not-allowed');
  });
});

describe('disqualify a lead', () => {
  it('keeps a code as the reason', () => {
    given(opened)
      .when(disqualifyLead({ reason: 'no-budget', at }))
      .emits(disqualified);
    given(opened, disqualified)
      .when(disqualifyLead({ reason: 'no-budget', at }))
      .emitsNothing();
    given(opened)
      .when(disqualifyLead({ at }))
      .emits({ type: 'LeadDisqualified', data: { leadId, partyId, reason: 'unspecified', at } });
  });

  it('keeps what somebody wrote apart from the code', () => {
    const note = 'Her husband decides';
    given(opened, qualified)
      .when(disqualifyLead({ reason: note, at }))
      .emits({ type: 'LeadDisqualified', data: { leadId, partyId, reason: 'other', note, at } });
  });

  it('is refused for a converted one', () => {
    given(opened, qualified, converted).when(disqualifyLead({ at })).rejects('transition-not-allowed');
  });
});
