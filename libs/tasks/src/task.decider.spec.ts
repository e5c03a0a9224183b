import { deriveId } from '@crm/event-sourcing';
import { deciderSpec } from '@crm/testing';
import { describe, it } from '@jest/globals';
import {
  assignTask,
  cancelTask,
  denyTask,
  permitTask,
  postponeTask,
  reportOutcome,
  resumeTask,
  startTask,
  type Outcome,
} from './task.decider.js';
import type { TaskEvent, TaskFacts } from './task.events.js';
import { taskAggregate } from './task.js';

const given = deciderSpec(taskAggregate);

const loopId = '0b6a0df2-3f0a-8b7e-8f3a-5f5e1c2d7a01';
const task: TaskFacts = {
  taskId: '11111111-1111-8111-8111-111111111111',
  treatmentId: '22222222-2222-8222-8222-222222222222',
  campaignId: '33333333-3333-8333-8333-333333333333',
  waveId: loopId,
  partyId: '44444444-4444-8444-8444-444444444444',
  arm: 'call',
  channel: 'call',
  purpose: 'marketing',
  offerCode: 'SPRING',
};
const at = '2026-03-02T01:00:00.000Z';
const moment = { taskId: task.taskId, treatmentId: task.treatmentId, partyId: task.partyId, at };
const kim = { by: 'user:kim', at };
const lee = { by: 'user:lee', at };
const reasons = [{ rule: 'consent', outcome: 'denied', eventIds: [] }];

const assigned: TaskEvent = { type: 'TaskAssigned', data: { ...task, assignedAt: at }, loopId };
const started: TaskEvent = { type: 'TaskStarted', data: { ...moment, by: 'user:kim' }, loopId };
const permitted: TaskEvent = { type: 'TaskPermitted', data: { ...moment, by: 'user:kim' }, loopId };
const returned = (tries: number): TaskEvent => ({
  type: 'TaskReturned',
  data: { ...moment, by: 'user:kim', tries },
  loopId,
});
const postponed: TaskEvent = { type: 'TaskPostponed', data: { ...moment, until: '2026-03-02T09:00:00.000Z' }, loopId };
const denied: TaskEvent = { type: 'TaskDenied', data: { ...moment, reasons }, loopId };
const reached: TaskEvent = { type: 'TaskReached', data: { ...moment, by: 'user:kim' }, loopId };
const givenUp = (reason: string): TaskEvent => ({
  type: 'TaskGivenUp',
  data: { ...moment, reason, by: 'user:kim' },
  loopId,
});
const withdrawn: TaskEvent = { type: 'TaskWithdrawn', data: { ...moment, reason: 'campaign-closed' }, loopId };
const cancelled: TaskEvent = { type: 'TaskCancelled', data: { ...moment, reason: 'campaign-closed' }, loopId };
const response = (more: object): TaskEvent => ({
  type: 'TaskResponseReceived',
  data: {
    ...moment,
    responseId: deriveId('response', 'sales', task.taskId),
    kind: 'declined',
    channel: 'call',
    source: 'sales',
    ...more,
  },
  loopId,
});

const start = { ...kim, campaign: 'running' } as const;
const paused = { ...kim, campaign: 'paused' } as const;
const over = { ...kim, campaign: 'closed' } as const;
const until = '2026-03-02T09:00:00.000Z';
const assignedUntil = (dueAt: string): TaskEvent => ({
  type: 'TaskAssigned',
  data: { ...task, assignedAt: at, dueAt },
  loopId,
});
const tell = (outcome: Outcome['outcome'], more: Partial<Outcome> = {}): ReturnType<typeof reportOutcome> =>
  reportOutcome({ ...kim, outcome, service: 'sales', ...more });

describe('assign a task', () => {
  it('makes it once', () => {
    given().when(assignTask(task, at)).emits(assigned);
    given(assigned).when(assignTask(task, at)).emitsNothing();
  });
});

describe('start a task', () => {
  it('claims it for one person', () => {
    given(assigned).when(startTask(start)).emits(started);
    given(assigned, started).when(startTask(start)).emitsNothing();
    given(assigned, started)
      .when(startTask({ ...start, ...lee }))
      .rejects('task-claimed');
  });

  it('is possible again for anybody once it is open again', () => {
    given(assigned, started, permitted, returned(1))
      .when(startTask({ ...start, ...lee }))
      .emitsTypes('TaskStarted');
    given(assigned, started, postponed).when(startTask(start)).emits(started);
  });

  it('is refused while the campaign is paused, after its period and after its end', () => {
    given(assigned).when(startTask(paused)).rejects('campaign-paused');
    given(assigned).when(startTask(over)).rejects('task-closed');
    given(assignedUntil('2026-03-01T00:00:00.000Z')).when(startTask(start)).rejects('task-overdue');
    given(assignedUntil('2026-04-01T00:00:00.000Z')).when(startTask(start)).emits(started);
  });

  it('is refused as well where it is started already and nothing was shown', () => {
    given(assigned, started).when(startTask(paused)).rejects('campaign-paused');
    given(assigned, started).when(startTask(over)).rejects('task-closed');
    given(assignedUntil('2026-03-01T00:00:00.000Z'), started).when(startTask(start)).rejects('task-overdue');
    given(assigned, started, withdrawn).when(startTask(start)).emits(givenUp('campaign-closed'));
  });

  it('shows again through a pause what was shown before, but not after the end', () => {
    given(assigned, started, permitted).when(startTask(start)).emitsNothing();
    given(assigned, started, permitted).when(startTask(paused)).emitsNothing();
    given(assigned, started, permitted).when(startTask(over)).rejects('task-closed');
    given(assigned, started, permitted, withdrawn).when(startTask(start)).rejects('task-closed');
    given(assigned, started, withdrawn, permitted).when(startTask(start)).rejects('task-closed');
  });

  it('is not claimed anew by a repeated command', () => {
    given(assigned, started).when(resumeTask(start)).emitsNothing();
    given(assigned, started, postponed).when(resumeTask(start)).rejects('task-not-started');
    given(assigned, started)
      .when(resumeTask({ ...start, ...lee }))
      .rejects('task-claimed');
  });

  it('is refused where there is none, or it is over', () => {
    given().when(startTask(start)).rejects('not-found');
    given(assigned, cancelled).when(startTask(start)).rejects('task-closed');
    given(assigned, started, denied).when(startTask(start)).rejects('task-closed');
  });
});

describe('ask permission', () => {
  it('lets the person know the contact point once it is stored', () => {
    given(assigned, started).when(permitTask(kim)).emits(permitted);
    given(assigned, started, permitted).when(permitTask(kim)).emitsNothing();
  });

  it('shows nothing to anybody else', () => {
    given(assigned, started).when(permitTask(lee)).rejects('task-claimed');
    given(assigned).when(permitTask(kim)).rejects('task-not-started');
    given(assigned, cancelled).when(permitTask(kim)).rejects('task-closed');
    given().when(permitTask(kim)).rejects('not-found');
  });

  it('ends the task where it is denied', () => {
    given(assigned, started)
      .when(denyTask({ ...kim, reasons }))
      .emits(denied);
  });

  it('ends the task where the campaign ended meanwhile', () => {
    given(assigned, started, withdrawn).when(permitTask(kim)).emits(givenUp('campaign-closed'));
    given(assigned, started, permitted, withdrawn).when(permitTask(kim)).emitsNothing();
  });

  it('takes nothing back that was permitted before', () => {
    given(assigned, started, permitted)
      .when(denyTask({ ...kim, reasons }))
      .emitsNothing();
    given(assigned, started, permitted)
      .when(postponeTask({ ...kim, until }))
      .emitsNothing();
    given(assigned, started, permitted, withdrawn)
      .when(postponeTask({ ...kim, until }))
      .emitsNothing();
  });

  it('opens the task again where it is not given now', () => {
    given(assigned, started)
      .when(postponeTask({ ...kim, until }))
      .emits(postponed);
    given(assigned, started, withdrawn)
      .when(postponeTask({ ...kim, until }))
      .emits(givenUp('campaign-closed'));
  });
});

describe('report the outcome', () => {
  it('records that the customer was reached', () => {
    given(assigned, started, permitted).when(tell('reached')).emits(reached);
    given(assigned, started, permitted, reached).when(tell('reached')).emitsNothing();
  });

  it('records what the customer said', () => {
    given(assigned, started, permitted)
      .when(tell('reached', { response: { kind: 'interested', note: 'call back in May' } }))
      .emits(reached, response({ kind: 'interested', note: 'call back in May' }));
  });

  it('takes a refusal as a contact and a response', () => {
    const unsubscribed = response({ kind: 'unsubscribed' });
    given(assigned, started, permitted).when(tell('refused')).emits(reached, response({}));
    given(assigned, started, permitted)
      .when(tell('refused', { response: { kind: 'unsubscribed' } }))
      .emits(reached, unsubscribed);
    given(assigned, started, permitted, reached, response({})).when(tell('refused')).emitsNothing();
    given(assigned, started, permitted, reached, unsubscribed)
      .when(tell('refused', { response: { kind: 'unsubscribed' } }))
      .emitsNothing();
    given(assigned, started, permitted, reached, unsubscribed).when(tell('refused')).rejects('task-closed');
    given(assigned, started, permitted, reached).when(tell('refused')).rejects('task-closed');
    given(assigned, started, permitted, givenUp('wrong-number')).when(tell('refused')).rejects('task-closed');
  });

  it('opens the task again until the last try', () => {
    given(assigned, started, permitted).when(tell('no-answer')).emits(returned(1));
    given(assigned, started, permitted, returned(1), started, permitted).when(tell('no-answer')).emits(returned(2));
    given(assigned, started, permitted, returned(2), started, permitted)
      .when(tell('no-answer'))
      .emits(givenUp('no-answer'));
  });

  it('does not open it again when the campaign is over', () => {
    given(assigned, started, permitted, withdrawn).when(tell('no-answer')).emits(givenUp('campaign-closed'));
    given(assigned, started, permitted, withdrawn).when(tell('reached')).emits(reached);
    given(assigned, started, withdrawn, permitted).when(tell('no-answer')).emits(givenUp('campaign-closed'));
  });

  it('gives up a wrong number', () => {
    given(assigned, started, permitted).when(tell('wrong-number')).emits(givenUp('wrong-number'));
  });

  it('refuses a response of somebody who was not spoken to', () => {
    given(assigned, started, permitted)
      .when(tell('no-answer', { response: { kind: 'interested' } }))
      .rejects('response-without-contact');
    given(assigned, started, permitted)
      .when(tell('wrong-number', { response: { kind: 'interested' } }))
      .rejects('response-without-contact');
  });

  it('is for the person at it alone, after the contact was permitted', () => {
    given(assigned, started, permitted).when(tell('reached', lee)).rejects('task-claimed');
    given(assigned, started).when(tell('reached')).rejects('task-not-started');
    given(assigned).when(tell('reached')).rejects('task-not-started');
    given(assigned, started, permitted, reached).when(tell('no-answer')).rejects('task-closed');
    given(assigned, started, permitted, reached).when(tell('reached', lee)).rejects('task-closed');
  });
});

describe('cancel a task', () => {
  it('ends an open one', () => {
    given(assigned)
      .when(cancelTask({ at, reason: 'campaign-closed' }))
      .emits(cancelled);
  });

  it('lets the person at it finish', () => {
    given(assigned, started)
      .when(cancelTask({ at, reason: 'campaign-closed' }))
      .emits(withdrawn);
    given(assigned, started, withdrawn)
      .when(cancelTask({ at, reason: 'campaign-closed' }))
      .emitsNothing();
  });

  it('changes nothing where it is over, or never was', () => {
    given(assigned, cancelled)
      .when(cancelTask({ at, reason: 'campaign-closed' }))
      .emitsNothing();
    given(assigned, started, permitted, reached)
      .when(cancelTask({ at, reason: 'campaign-closed' }))
      .emitsNothing();
    given()
      .when(cancelTask({ at, reason: 'campaign-closed' }))
      .emitsNothing();
    given(assigned, withdrawn).when(startTask(start)).emits(started);
    given(assigned, response({})).when(startTask(start)).emits(started);
    given(assigned, permitted).when(tell('reached')).emits(reached);
    given(started).when(startTask(start)).rejects('not-found');
  });
});
