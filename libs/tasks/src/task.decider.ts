import { deriveId, Rejected, type Decide } from '@crm/event-sourcing';
import type { CampaignState } from './task-campaigns.js';
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
const paused = (): Rejected => new Rejected('campaign-paused', 'The campaign is paused: nobody is contacted for it');
const notFound = (): Rejected => new Rejected('not-found', 'There is no such task', { status: 404 });

/** One task a treatment, however often the treatment is announced. */
export const assignTask =
  (task: TaskFacts, assignedAt: string): Decision =>
  (state) =>
    state.status === 'none' ? [{ type: 'TaskAssigned', data: { ...task, assignedAt }, loopId: task.waveId }] : [];

interface Starting extends Doing {
  /** Known here before the task itself hears of it. */
  readonly campaign: CampaignState;
}

/** Claims the task for one person. Shows nothing: permission is asked after this. */
export const startTask =
  (starting: Starting): Decision =>
  (state) => {
    if (state.status === 'none') throw notFound();
    if (state.status !== 'open') return resumeTask(starting)(state);
    const { task } = state;
    const { by, at, campaign } = starting;
    refuseAfterEnd(task, starting);
    if (campaign === 'paused') throw paused();
    return [{ type: 'TaskStarted', data: { ...moment(task, at), by }, loopId: task.waveId }];
  };

/** Starts it again for the person at it. A pause is not for who knows the contact point already; the end is for everybody. */
export const resumeTask =
  (starting: Starting): Decision =>
  (state) => {
    const { by, at, campaign } = starting;
    const started = startedBy(state, by);
    const { task, permitted, withdrawn } = started;
    if (withdrawn !== undefined && !permitted) return [givenUp(started, at, withdrawn)];
    if (withdrawn !== undefined) throw closed('cancelled');
    refuseAfterEnd(task, starting);
    if (campaign === 'paused' && !permitted) throw paused();
    return [];
  };

function refuseAfterEnd({ dueAt }: TaskFacts, { at, campaign }: Starting): void {
  if (campaign === 'closed') throw closed('cancelled');
  if (dueAt !== undefined && at > dueAt) throw new Rejected('task-overdue', 'The period of the campaign is over');
}

/** Stored before the contact point is shown, and only for the person who claimed the task. Withdrawn meanwhile, it is over. */
export const permitTask =
  ({ by, at }: Doing): Decision =>
  (state) => {
    const started = startedBy(state, by);
    const { task, permitted, withdrawn } = started;
    if (permitted) return [];
    if (withdrawn !== undefined) return [givenUp(started, at, withdrawn)];
    return [{ type: 'TaskPermitted', data: { ...moment(task, at), by }, loopId: task.waveId }];
  };

/** The contact is not permitted: over, and marketing skips the treatment. One that was permitted before may have been made. */
export const denyTask =
  ({ by, at, reasons }: Doing & { readonly reasons: readonly PermissionReason[] }): Decision =>
  (state) => {
    const { task, permitted } = startedBy(state, by);
    if (permitted) return [];
    return [{ type: 'TaskDenied', data: { ...moment(task, at), reasons }, loopId: task.waveId }];
  };

/** The contact is permitted later, not now: anybody may start it then, unless it was permitted before. */
export const postponeTask =
  ({ by, at, until }: Doing & { readonly until: string }): Decision =>
  (state) => {
    const started = startedBy(state, by);
    const { task, permitted, withdrawn } = started;
    if (permitted) return [];
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

/** What came of it, told by the person who claimed it. To be reached is the presentation, and so is a refusal: both are contacts. */
export const reportOutcome =
  (input: Outcome): Decision =>
  (state) => {
    if (isTold(state, input)) return [];
    const started = startedBy(state, input.by);
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

/** The task as the person at it has it; refused to everybody else. */
export function startedBy(state: Task, by: string): StartedTask {
  if (state.status === 'none') throw notFound();
  if (state.status === 'open') throw new Rejected('task-not-started', 'Start the task first');
  if (state.status !== 'started') throw closed(state.status);
  if (state.by !== by) throw claimed();
  return state;
}

/** A refusal is kept as a contact with what was said in it. */
function isTold(state: Task, input: Outcome): boolean {
  if (state.status !== 'done' || state.by !== input.by) return false;
  if (state.outcome === input.outcome) return true;
  return input.outcome === 'refused' && state.outcome === 'reached' && state.heard === heardIn(input)?.kind;
}

function ended(started: StartedTask, { by, at, outcome }: Outcome): TaskEvent {
  const { task, tries, withdrawn } = started;
  if (outcome === 'reached' || outcome === 'refused')
    return { type: 'TaskReached', data: { ...moment(task, at), by }, loopId: task.waveId };
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
