import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import {
  assignTreatment,
  attemptTreatment,
  carryOverTreatment,
  leaveUndetermined,
  postponeTreatment,
  presentTreatment,
  settleTreatment,
  skipTreatment,
  withdrawTreatment,
  withholdTreatment,
} from './treatment.decider.js';
import type { TreatmentEvent } from './treatment.events.js';
import { treatmentAggregate } from './treatment.js';

const given = deciderSpec(treatmentAggregate);
const at = '2026-03-01T00:00:00.000Z';
const later = '2026-03-01T09:00:00.000Z';
const loopId = 'w-1';
const identity = {
  treatmentId: 't-1',
  campaignId: 'c-1',
  waveId: 'w-1',
  partyId: 'p-1',
  arm: 'a',
  channel: 'recorder' as const,
  purpose: 'marketing',
};
const input = { ...identity, offerCode: 'BACK', at, chunk: 0 };
const reasons = [{ rule: 'consent', outcome: 'denied', eventIds: ['e-1'] }];
const assigned: TreatmentEvent = { type: 'TreatmentAssigned', data: input, loopId };
const postponed: TreatmentEvent = {
  type: 'TreatmentPostponed',
  data: { treatmentId: 't-1', until: later, reasons },
  loopId,
};
const attempt = { at, attemptedAt: later, reasons: [] };
const attempted: TreatmentEvent = {
  type: 'TreatmentAttempted',
  data: { treatmentId: 't-1', ...attempt },
  loopId,
  occurredAt: at,
};
const presented: TreatmentEvent = { type: 'TreatmentPresented', data: { ...identity, at }, loopId, occurredAt: at };
const skippedBy = (reason: string, why = reasons): TreatmentEvent => ({
  type: 'TreatmentSkipped',
  data: { ...identity, at, reason, reasons: why },
  loopId,
  occurredAt: at,
});
const undetermined: TreatmentEvent = {
  type: 'TreatmentUndetermined',
  data: { ...identity, at },
  loopId,
  occurredAt: at,
};

describe('assign treatment', () => {
  it('assigns a treated member once', () => {
    given().when(assignTreatment(input)).emits(assigned);
    given(assigned, presented).when(assignTreatment(input)).emitsNothing();
  });
  it('is refused for the control group', () => {
    given()
      .when(assignTreatment({ ...input, arm: 'control' }))
      .rejects('control-not-treated');
  });
});

describe('carry over treatment', () => {
  it('takes assignment and presentation in one', () => {
    given()
      .when(carryOverTreatment(input))
      .emits({ ...assigned, occurredAt: at }, presented);
    given(assigned, presented).when(carryOverTreatment(input)).emitsNothing();
  });
  it('is refused for the control group', () => {
    given()
      .when(carryOverTreatment({ ...input, arm: 'control' }))
      .rejects('control-not-treated');
  });
});

describe('postpone treatment', () => {
  it('waits until it is permitted', () => {
    given(assigned).when(postponeTreatment(later, reasons)).emits(postponed);
    given(assigned, postponed).when(postponeTreatment(later, reasons)).emitsNothing();
    given(assigned, postponed).when(postponeTreatment(at, reasons)).emitsTypes('TreatmentPostponed');
  });
  it('does nothing to what is under way or unknown', () => {
    given(assigned, attempted).when(postponeTreatment(later, reasons)).emitsNothing();
    given().when(postponeTreatment(later, reasons)).emitsNothing();
    given(postponed).when(postponeTreatment(later, reasons)).emitsNothing();
  });
});

describe('attempt treatment', () => {
  it('is won by one sender only', () => {
    given(assigned).when(attemptTreatment(attempt)).emits(attempted);
    given(assigned, postponed).when(attemptTreatment(attempt)).emits(attempted);
    given(assigned, attempted).when(attemptTreatment(attempt)).emitsNothing();
    given(assigned, attempted, presented).when(attemptTreatment(attempt)).emitsNothing();
  });
});

describe('present treatment', () => {
  it('settles every other state, once', () => {
    given(assigned, attempted).when(presentTreatment(at)).emits(presented);
    given(assigned, attempted, undetermined).when(presentTreatment(at)).emits(presented);
    given(assigned, presented).when(presentTreatment(at)).emitsNothing();
  });
  it('names the task of a person', () => {
    given(assigned)
      .when(presentTreatment(at, 'task-1'))
      .emits({ ...presented, data: { ...identity, at, taskId: 'task-1' } });
  });
  it('refuses what was never assigned', () => {
    given().when(presentTreatment(at)).rejects('treatment-unknown');
  });
});

describe('settle treatment', () => {
  it('ends an attempt whose outcome nobody knew, at the time of the attempt', () => {
    given(assigned, attempted).when(settleTreatment).emits(presented);
    given(assigned, attempted, undetermined).when(settleTreatment).emits(presented);
  });
  it('does nothing to what was not begun, or has its outcome', () => {
    given().when(settleTreatment).emitsNothing();
    given(assigned).when(settleTreatment).emitsNothing();
    given(assigned, skippedBy('mailbox-unknown')).when(settleTreatment).emitsNothing();
    given(assigned, attempted, presented).when(settleTreatment).emitsNothing();
  });
});

describe('skip treatment', () => {
  it('ends it with the reason', () => {
    given(assigned)
      .when(skipTreatment(at, 'permission-denied', reasons))
      .emits(skippedBy('permission-denied'));
    given(assigned, attempted, undetermined)
      .when(skipTreatment(at, 'unknown-address'))
      .emits(skippedBy('unknown-address', []));
  });
  it('does nothing to what is settled', () => {
    given(assigned, presented).when(skipTreatment(at, 'late')).emitsNothing();
    given(assigned, skippedBy('late')).when(skipTreatment(at, 'late')).emitsNothing();
  });
  it('does not take a permission that is refused afterwards for the outcome of an attempt', () => {
    given(assigned, attempted, undetermined)
      .when(skipTreatment(at, 'already-contacted', reasons))
      .emitsNothing();
  });
  it('refuses what was never assigned', () => {
    given().when(skipTreatment(at, 'late')).rejects('treatment-unknown');
  });
});

describe('withhold treatment', () => {
  it('skips what was not begun, with the reasons', () => {
    given(assigned)
      .when(withholdTreatment(at, 'consent', reasons))
      .emits(skippedBy('consent'));
    given(assigned, postponed).when(withholdTreatment(at, 'late')).emits(skippedBy('late', []));
  });
  it('leaves what another sender attempted meanwhile, settled or not', () => {
    given(assigned, attempted)
      .when(withholdTreatment(at, 'consent', reasons))
      .emitsNothing();
    given(assigned, attempted, undetermined).when(withholdTreatment(at, 'late')).emitsNothing();
  });
});

describe('withdraw treatment', () => {
  it('skips what was not begun, even what was never assigned', () => {
    given(assigned).when(withdrawTreatment(input, 'campaign-closed')).emits(skippedBy('campaign-closed', []));
    given(assigned, postponed)
      .when(withdrawTreatment(input, 'campaign-closed'))
      .emits(skippedBy('campaign-closed', []));
    given().when(withdrawTreatment(input, 'campaign-closed')).emits(assigned, skippedBy('campaign-closed', []));
  });
  it('leaves an attempt under way, and never touches the control group', () => {
    given(assigned, attempted).when(withdrawTreatment(input, 'campaign-closed')).emitsNothing();
    given()
      .when(withdrawTreatment({ ...input, arm: 'control' }, 'campaign-closed'))
      .rejects('control-not-treated');
  });
});

describe('leave undetermined', () => {
  it('ends an attempt without outcome, and nothing else', () => {
    given(assigned, attempted).when(leaveUndetermined(at)).emits(undetermined);
    given(assigned, attempted, undetermined).when(leaveUndetermined(at)).emitsNothing();
    given(assigned).when(leaveUndetermined(at)).emitsNothing();
  });
});
