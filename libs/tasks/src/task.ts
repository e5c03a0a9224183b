import type { Aggregate } from '@crm/event-sourcing';
import type { HeardKind, TaskEvent, TaskFacts } from './task.events.js';

interface Known {
  readonly task: TaskFacts;
  /** Tries without an answer so far. */
  readonly tries: number;
}

export type StartedTask = Known & {
  readonly status: 'started';
  readonly by: string;
  readonly permitted: boolean;
  /** Set when the campaign ended meanwhile. */
  readonly withdrawn?: string;
};

export type Task =
  | { readonly status: 'none' }
  | (Known & { readonly status: 'open' })
  | StartedTask
  | (Known & { readonly status: 'done'; readonly outcome: string; readonly by?: string; readonly heard?: HeardKind })
  | (Known & { readonly status: 'cancelled' });

/** A person is to reach a member of a wave. Named by its treatment, so that there is never a second one. */
export const taskAggregate: Aggregate<Task, TaskEvent> = {
  category: 'task',
  initial: { status: 'none' },
  personal: { TaskResponseReceived: ['note'] },
  hops: { TaskAssigned: '5', TaskResponseReceived: '7' },
  evolve(state, event) {
    if (event.type === 'TaskAssigned') {
      const { assignedAt: _, ...task } = event.data;
      return { status: 'open', task, tries: 0 };
    }
    return state.status === 'none' ? state : next(state, event);
  },
};

function next(
  { task, tries, ...state }: Exclude<Task, { status: 'none' }>,
  event: Exclude<TaskEvent, { type: 'TaskAssigned' }>,
): Task {
  const known = { task, tries };
  switch (event.type) {
    case 'TaskStarted':
      return { ...known, status: 'started', by: event.data.by, permitted: false };
    case 'TaskPermitted':
      return {
        ...known,
        ...(state.status === 'started' ? state : {}),
        status: 'started',
        by: event.data.by,
        permitted: true,
      };
    case 'TaskWithdrawn':
      return state.status === 'started' ? { ...known, ...state, withdrawn: event.data.reason } : { ...known, ...state };
    case 'TaskPostponed':
      return { ...known, status: 'open' };
    case 'TaskReturned':
      return { task, tries: event.data.tries, status: 'open' };
    case 'TaskDenied':
      return { ...known, status: 'done', outcome: 'denied' };
    case 'TaskReached':
      return { ...known, status: 'done', outcome: 'reached', by: event.data.by };
    case 'TaskGivenUp': {
      const { reason, by } = event.data;
      return { ...known, status: 'done', outcome: reason, ...(by === undefined ? {} : { by }) };
    }
    case 'TaskCancelled':
      return { ...known, status: 'cancelled' };
    case 'TaskResponseReceived':
      return state.status === 'done' ? { ...known, ...state, heard: event.data.kind } : { ...known, ...state };
  }
}
