import { fold, type Rejected } from '@crm/event-sourcing';
import { deciderSpec } from '@crm/testing';
import { describe, expect, it } from '@jest/globals';
import {
  assignCase,
  cancelCase,
  closeByItself,
  closeCase,
  holdCase,
  openCase,
  progressCase,
  rejectCase,
  reopenCase,
  resolveCase,
} from './case.decider.js';
import type { CaseEvent, CaseKind, CaseMoved, CaseState, Priority } from './case.events.js';
import { caseAggregate } from './case.js';

const given = deciderSpec(caseAggregate);

const caseId = '11111111-1111-7111-8111-111111111111';
const partyId = '22222222-2222-8222-8222-222222222222';
const at = '2026-03-02T09:00:00.000Z';
const wish = {
  caseId,
  partyId,
  kind: 'trouble',
  subject: 'No dial tone',
  priority: 'normal',
  channel: 'call',
  openedAt: at,
} as const;
const due = { respondBy: '2026-03-03T09:00:00.000Z', dueAt: '2026-03-05T09:00:00.000Z', slaVersion: 1 };

const opened = (kind: CaseKind = 'trouble'): CaseEvent => ({ type: 'CaseOpened', data: { ...wish, ...due, kind } });
const moved = (type: CaseMoved['type'], from: CaseState, to: CaseState, more: object = {}): CaseEvent => ({
  type,
  data: { caseId, partyId, from, to, at, ...more },
});
const progressed = moved('CaseProgressed', 'acknowledged', 'in-progress');
const pending = moved('CaseHeld', 'in-progress', 'pending');
const held = moved('CaseHeld', 'in-progress', 'held');
const resolved = moved('CaseResolved', 'in-progress', 'resolved');
const closed = moved('CaseClosed', 'resolved', 'closed');
const reopened = moved('CaseReopened', 'resolved', 'in-progress');
const cancelled = moved('CaseCancelled', 'acknowledged', 'cancelled');
const rejected = moved('CaseRejected', 'acknowledged', 'rejected');

function allowedAfter(...history: readonly CaseEvent[]): unknown {
  try {
    closeCase({ at })(fold(caseAggregate, history));
  } catch (error) {
    return (error as Rejected).details.extensions;
  }
  return 'allowed';
}

describe('open a case', () => {
  it('is due as its priority says', () => {
    given().when(openCase(wish)).emits(opened());
    const dueOf = (priority: Priority): unknown => openCase({ ...wish, priority })(caseAggregate.initial)[0]?.data;
    expect(dueOf('urgent')).toMatchObject({ respondBy: '2026-03-02T10:00:00.000Z', dueAt: '2026-03-02T13:00:00.000Z' });
    expect(dueOf('high')).toMatchObject({ dueAt: '2026-03-03T09:00:00.000Z' });
    expect(dueOf('low')).toMatchObject({ dueAt: '2026-03-09T09:00:00.000Z' });
  });

  it('happens once, for one party', () => {
    given(opened()).when(openCase(wish)).emitsNothing();
    given(opened())
      .when(openCase({ ...wish, partyId: caseId }))
      .rejects('case-id-taken');
  });
});

describe('assign a case', () => {
  it('gives it to somebody until it is over', () => {
    const assigned: CaseEvent = { type: 'CaseAssigned', data: { caseId, assignee: 'kim', at } };
    given(opened())
      .when(assignCase({ assignee: 'kim', at }))
      .emits(assigned);
    given(opened(), assigned)
      .when(assignCase({ assignee: 'kim', at }))
      .emitsNothing();
    given(opened(), progressed, resolved, closed)
      .when(assignCase({ assignee: 'kim', at }))
      .rejects('transition-not-allowed');
    given(opened(), cancelled)
      .when(assignCase({ assignee: 'kim', at }))
      .rejects('transition-not-allowed');
    given()
      .when(assignCase({ assignee: 'kim', at }))
      .rejects('not-found');
    given(assigned)
      .when(assignCase({ assignee: 'kim', at }))
      .rejects('not-found');
  });
});

describe('work on a case', () => {
  it('begins, and goes on after waiting', () => {
    given(opened()).when(progressCase({ at })).emits(progressed);
    given(opened(), progressed).when(progressCase({ at })).emitsNothing();
    given(opened(), progressed, pending)
      .when(progressCase({ at }))
      .emits(moved('CaseProgressed', 'pending', 'in-progress'));
    given(opened(), progressed, held)
      .when(progressCase({ at }))
      .emits(moved('CaseProgressed', 'held', 'in-progress'));
  });

  it('waits for the customer or for ourselves', () => {
    given(opened(), progressed)
      .when(holdCase({ at, waitingFor: 'customer' }))
      .emits(pending);
    given(opened(), progressed)
      .when(holdCase({ at, waitingFor: 'internal', reason: 'spare part' }))
      .emits(moved('CaseHeld', 'in-progress', 'held', { reason: 'spare part' }));
    given(opened())
      .when(holdCase({ at, waitingFor: 'customer' }))
      .rejects('transition-not-allowed');
  });

  it('ends with a resolution', () => {
    given(opened(), progressed)
      .when(resolveCase({ at, resolution: 'New cable' }))
      .emits(moved('CaseResolved', 'in-progress', 'resolved', { resolution: 'New cable' }));
    given(opened(), progressed, pending)
      .when(resolveCase({ at }))
      .emits(moved('CaseResolved', 'pending', 'resolved'));
    given(opened(), progressed, held).when(resolveCase({ at })).rejects('transition-not-allowed');
  });

  it('does not resolve a complaint while the customer is asked', () => {
    given(opened('complaint'), progressed, pending).when(resolveCase({ at })).rejects('transition-not-allowed');
    given(opened('complaint'), progressed).when(resolveCase({ at })).emits(resolved);
  });

  it('can be cancelled or rejected before anything was done', () => {
    given(opened()).when(cancelCase({ at })).emits(cancelled);
    given(opened(), progressed).when(cancelCase({ at })).emitsTypes('CaseCancelled');
    given(opened())
      .when(rejectCase({ at, reason: 'not ours' }))
      .emits(moved('CaseRejected', 'acknowledged', 'rejected', { reason: 'not ours' }));
    given(opened(), rejected).when(rejectCase({ at })).emitsNothing();
    given(opened(), progressed).when(rejectCase({ at })).rejects('transition-not-allowed');
    given(opened(), progressed, held).when(cancelCase({ at })).rejects('transition-not-allowed');
  });

  it('says where a case may go', () => {
    expect(allowedAfter(opened())).toEqual({
      state: 'acknowledged',
      allowed: ['in-progress', 'cancelled', 'rejected'],
    });
    expect(allowedAfter(opened(), progressed)).toEqual({
      state: 'in-progress',
      allowed: ['pending', 'held', 'resolved', 'cancelled'],
    });
    expect(allowedAfter(opened('complaint'), progressed, pending)).toEqual({
      state: 'pending',
      allowed: ['in-progress'],
    });
    expect(allowedAfter(opened(), cancelled)).toEqual({ state: 'cancelled', allowed: [] });
  });
});

describe('close and reopen a case', () => {
  it('is closed by a person once it is resolved', () => {
    given(opened(), progressed, resolved).when(closeCase({ at })).emits(closed);
    given(opened(), progressed, resolved, closed).when(closeCase({ at })).emitsNothing();
    given(opened(), progressed).when(closeCase({ at })).rejects('transition-not-allowed');
    given().when(closeCase({ at })).rejects('not-found');
  });

  it('is reopened after its resolution, and for a while after it was closed', () => {
    given(opened(), progressed, resolved).when(reopenCase({ at })).emits(reopened);
    given(opened(), progressed, resolved, reopened).when(reopenCase({ at })).emitsNothing();
    given(opened(), progressed).when(reopenCase({ at })).rejects('transition-not-allowed');
    given(opened(), progressed, resolved, closed)
      .when(reopenCase({ at }))
      .emits(moved('CaseReopened', 'closed', 'in-progress'));
    given(opened(), progressed, resolved, closed)
      .when(reopenCase({ at: '2026-04-02T09:00:00.000Z' }))
      .rejects('transition-not-allowed');
  });

  it('closes by itself when nobody objects', () => {
    const week = '2026-03-09T09:00:00.000Z';
    given(opened(), progressed, resolved)
      .when(closeByItself({ at: week, resolvedAt: at }))
      .emits({
        type: 'CaseClosed',
        data: { caseId, partyId, from: 'resolved', to: 'closed', at: week, byItself: true },
      });
    given(opened(), progressed, resolved)
      .when(closeByItself({ at, resolvedAt: at }))
      .emitsNothing();
    given(opened(), progressed, resolved, reopened)
      .when(closeByItself({ at: week, resolvedAt: at }))
      .emitsNothing();
    given(opened(), progressed, resolved)
      .when(closeByItself({ at: week, resolvedAt: week }))
      .emitsNothing();
  });

  it('never closes a complaint by itself', () => {
    given(opened('complaint'), progressed, resolved)
      .when(closeByItself({ at: '2027-03-02T09:00:00.000Z', resolvedAt: at }))
      .emitsNothing();
  });
});
