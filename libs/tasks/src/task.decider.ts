import { deriveId, Rejected, type Decide } from '@crm/event-sourcing';
import type { HeardKind, PermissionReason, TaskEvent, TaskFacts, TaskOutcome } from './task.events.js';
import type { StartedTask, Task } from './task.js';

/** A customer who does not answer is called this often, then no more. */
export const TRIES = 3;

type Decision = Decide<Task, TaskEvent>;
type Doing = { readonly by: string; readonly at: string };

const moment = ({ taskId, treatmentId, partyId }: TaskFacts, at: string) =>
  ({ taskId, treatmentId, partyId, at }) as const;
const claimed = (): Rejected => new Rejected('task-claimed', 'Somebody else is at this task');
const closed = (status: string): Rejected =>
  new Rejected('task-closed', 'This task is over', { extensions: { status } });
const notFound = (): Rejected => new Rejected('not-found', 'There is no such task', { status: 404 });

/** One task a treatment, however often the treatment is announced. */
export const assignTask =
  (task: TaskFacts, assignedAt: string): Decision =>
  (state) =>
    state.status === 'none' ? [{ type: 'TaskAssigned', data: { ...task, assignedAt }, loopId: task.waveId }] : [];

/** Claims the task for one person. Shows nothing: permission is asked after this. */
export const startTask =
  ({ by, at, paused }: Doing & { readonly paused: boolean }): Decision =>
  (state) => {
    if (state.status === 'none') throw notFound();
    if (state.status === 'done' || state.status === 'cancelled') throw closed(state.status);
    if (state.status === 'started') {
      if (state.by !== by) throw claimed();
      return [];
    }
    const { task } = state;
    if (paused) throw new Rejected('campaign-paused', 'The campaign is paused: nobody is contacted for it');
    if (task.dueAt !== undefined && at > task.dueAt)
      throw new Rejected('task-overdue', 'The period of the campaign is over');
    return [{ type: 'TaskStarted', data: { ...moment(task, at), by }, loopId: task.waveId }];
  };

/** Stored before the contact point is shown, and only for the person who claimed the task. */
export const permitTask =
  ({ by, at }: Doing): Decision =>
  (state) => {
    const started = startedBy(state, by);
    if (started.permitted) return [];
    return [{ type: 'TaskPermitted', data: { ...moment(started.task, at), by }, loopId: started.task.waveId }];
  };

/** The contact is not permitted: over, and marketing skips the treatment. */
export const denyTask =
  ({ by, at, reasons }: Doing & { readonly reasons: readonly PermissionReason[] }): Decision =>
  (state) => {
    const { task } = startedBy(state, by);
    return [{ type: 'TaskDenied', data: { ...moment(task, at), reasons }, loopId: task.waveId }];
  };

/** The contact is permitted later, not now: anybody may start it then. */
export const postponeTask =
  ({ by, at, until }: Doing & { readonly until: string }): Decision =>
  (state) => {
    const started = startedBy(state, by);
    const { task, withdrawn } = started;
    if (withdrawn !== undefined) return [givenUp(started, at, withdrawn)];
    return [{ type: 'TaskPostponed', data: { ...moment(task, at), until }, loopId: task.waveId }];
  };

export interface Heard {
  readonly kind: HeardKind;
  readonly note?: string | undefined;
}

export interface Outcome extends Doing {
  readonly outcome: TaskOutcome;
  readonly response?: Heard | undefined;
  /** The service that reports it. */
  readonly service: string;
}

/** What came of it, told by the person who claimed it. To be reached is the presentation; a refusal is a response too. */
export const reportOutcome =
  (input: Outcome): Decision =>
  (state) => {
    const { outcome, by } = input;
    if (state.status === 'done' && state.outcome === outcome && state.by === by) return [];
    const started = startedBy(state, by);
    if (!started.permitted)
      throw new Rejected('task-not-started', 'Start the task first: the contact was not permitted yet');
    const heard = heardIn(input);
    return [ended(started, input), ...(heard === undefined ? [] : [responded(started, input, heard)])];
  };

/** The campaign is over, or the treatment was skipped. Whoever is at it may end it, but it is never open again. */
export const cancelTask =
  ({ at, reason }: { readonly at: string; readonly reason: string }): Decision =>
  (state) => {
    if (state.status === 'open')
      return [{ type: 'TaskCancelled', data: { ...moment(state.task, at), reason }, loopId: state.task.waveId }];
    if (state.status === 'started' && state.withdrawn === undefined)
      return [{ type: 'TaskWithdrawn', data: { ...moment(state.task, at), reason }, loopId: state.task.waveId }];
    return [];
  };

function startedBy(state: Task, by: string): StartedTask {
  if (state.status === 'none') throw notFound();
  if (state.status === 'open') throw new Rejected('task-not-started', 'Start the task first');
  if (state.status !== 'started') throw closed(state.status);
  if (state.by !== by) throw claimed();
  return state;
}

function ended(started: StartedTask, { by, at, outcome }: Outcome): TaskEvent {
  const { task, tries, withdrawn } = started;
  if (outcome === 'reached') return { type: 'TaskReached', data: { ...moment(task, at), by }, loopId: task.waveId };
  if (outcome !== 'no-answer') return givenUp(started, at, outcome);
  if (tries + 1 >= TRIES) return givenUp(started, at, 'no-answer');
  if (withdrawn !== undefined) return givenUp(started, at, withdrawn);
  return { type: 'TaskReturned', data: { ...moment(task, at), by, tries: tries + 1 }, loopId: task.waveId };
}

function givenUp({ task, by }: StartedTask, at: string, reason: string): TaskEvent {
  return { type: 'TaskGivenUp', data: { ...moment(task, at), reason, by }, loopId: task.waveId };
}

/** What the customer said; who does not want to hear of it declines, said or not. */
function heardIn({ outcome, response }: Outcome): Heard | undefined {
  if (outcome === 'refused') return response ?? { kind: 'declined' };
  if (response !== undefined && outcome !== 'reached')
    throw new Rejected('response-without-contact', 'Only a customer who was spoken to can respond', { status: 400 });
  return response;
}

/** The first response ends the task, so there is one a task. */
function responded({ task }: StartedTask, { at, service }: Outcome, { kind, note }: Heard): TaskEvent {
  const responseId = deriveId('response', service, task.taskId);
  const data = {
    ...moment(task, at),
    responseId,
    kind,
    channel: task.channel,
    source: service,
    ...(note === undefined ? {} : { note }),
  };
  return { type: 'TaskResponseReceived', data, loopId: task.waveId };
}
